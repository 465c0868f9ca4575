//! Tests: with whom a session shakes hands, and how often.

use super::*;
use crate::session::{AudioFormat, DtlsParams, DtlsRole};
use crate::transport::secure::{DtlsAssociation, DtlsCertificate};
use crate::types::SessionId;
use std::time::Duration;

const OURS: &str = "192.0.2.100:20000";
const PEER: &str = "192.0.2.1:4000";
const STRANGER: &str = "203.0.113.9:7";

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

struct Rig {
    own: DtlsCertificate,
    peers: DtlsCertificate,
    shaking: Box<Handshake>,
    now: MediaTime,
}

impl Rig {
    /// We are passive, and the peer is signalled.
    fn new() -> Self {
        let (own, peers) = (DtlsCertificate::generate().unwrap(), DtlsCertificate::generate().unwrap());
        let dtls = DtlsParams::new(&own, DtlsRole::Passive, peers.fingerprint());
        let params = MediaSessionParams::new(AudioFormat::pcmu()).dtls(dtls).remote(at(PEER));
        let now = MediaTime::from_millis(5_000);
        Self { shaking: Handshake::new(&params, at(OURS), now).unwrap(), own, peers, now }
    }

    fn client(&self, certificate: &DtlsCertificate) -> DtlsAssociation {
        DtlsAssociation::new(certificate, true, Some(self.own.fingerprint()), self.now).unwrap()
    }

    fn receive(&mut self, from: &str, octets: &[u8]) -> Vec<Said> {
        let session = SessionId { index: 1, generation: 1 };
        self.shaking.receive(HandshakeDatagram { session, from: at(from), arrival: self.now, octets });
        let mut said = Vec::new();
        self.shaking.poll(self.now, &mut said);
        said
    }

    /// Client and session shake hands for so long; what the session said but for datagrams.
    fn shake(&mut self, client: &mut DtlsAssociation, from: &str, ms: u64) -> Vec<Said> {
        let mut told = Vec::new();
        for _ in 0..ms / 10 {
            if client.due().is_some_and(|due| due <= self.now) {
                client.wake(self.now);
            }
            let mut sent = Vec::new();
            client.poll(|datagram| sent.push(datagram));
            for datagram in sent {
                for said in self.receive(from, &datagram) {
                    match said {
                        Said::Send(to, octets) if to == at(from) => client.receive(&octets, self.now),
                        Said::Send(..) => {}
                        said => told.push(said),
                    }
                }
            }
            self.now += Duration::from_millis(10);
        }
        told
    }
}

fn is_keys(said: &[Said]) -> bool {
    matches!(said, [Said::Keys(..)])
}

#[test]
fn the_signalled_host_goes_before_a_stranger_and_not_the_other_way_round() {
    let mut rig = Rig::new();
    let mut stranger = rig.client(&DtlsCertificate::generate().unwrap());
    let mut hello = Vec::new();
    stranger.poll(|datagram| hello.push(datagram));
    assert!(matches!(rig.receive(STRANGER, &hello[0])[..], [Said::Send(to, _), ..] if to == at(STRANGER)));
    let mut peer = rig.client(&rig.peers.clone());
    let mut first = Vec::new();
    peer.poll(|datagram| first.push(datagram));
    let said = rig.receive(PEER, &first[0]);
    assert!(matches!(said[..], [Said::Send(to, _), ..] if to == at(PEER)), "{said:?}");
    assert!(rig.receive(STRANGER, &hello[0]).is_empty());
    for said in said {
        let Said::Send(_, octets) = said else { continue };
        peer.receive(&octets, rig.now);
    }
    assert!(is_keys(&rig.shake(&mut peer, PEER, 3_000)));
    // Who has his keys is held up by nobody.
    assert!(rig.receive(STRANGER, &hello[0]).is_empty());
}

#[test]
fn a_peer_behind_a_translator_is_answered_where_it_is() {
    let mut rig = Rig::new();
    let mut peer = rig.client(&rig.peers.clone());
    assert!(is_keys(&rig.shake(&mut peer, STRANGER, 3_000)));
}

#[test]
fn a_stranger_who_fell_silent_makes_place_for_another() {
    let mut rig = Rig::new();
    let mut stranger = rig.client(&DtlsCertificate::generate().unwrap());
    let mut hello = Vec::new();
    stranger.poll(|datagram| hello.push(datagram));
    rig.receive("203.0.113.77:1", &hello[0]);
    let mut peer = rig.client(&rig.peers.clone());
    assert!(rig.shake(&mut peer, STRANGER, 2_000).is_empty());
    if cfg!(feature = "dtls-openssl") {
        // It asks again by the system's clock, after a second.
        rig.now += Duration::from_secs(2);
        std::thread::sleep(Duration::from_millis(1_200));
    }
    assert!(is_keys(&rig.shake(&mut peer, STRANGER, 20_000)));
}

#[test]
fn failures_are_told_once_and_the_right_peer_is_taken_after_them() {
    let mut rig = Rig::new();
    let mut told = Vec::new();
    for _ in 0..8 {
        let mut wrong = rig.client(&DtlsCertificate::generate().unwrap());
        told.extend(rig.shake(&mut wrong, PEER, 1_000));
    }
    assert!(matches!(told[..], [Said::Failed(HandshakeFault::Fingerprint)]), "{told:?}");
    let mut peer = rig.client(&rig.peers.clone());
    assert!(is_keys(&rig.shake(&mut peer, PEER, 3_000)));
}
