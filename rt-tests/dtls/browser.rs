//! A browser's end: it checks the way by ICE, shakes hands by DTLS, speaks SRTP on the same port, and consents by asking on.

use super::*;
use crate::support::phone::pcmu as plain_phone;
use is::stun::{StunMessage, StunPacket};
use is::{Candidate, IceAgent, IceCreds, Protocol};
use media_core::rtp::{self, RtpHeader};
use media_core::transport::secure::{DtlsAssociation, DtlsNews, SrtpReceiver, SrtpSender};
use media_core::{DtlsFingerprint, IceCredentials, IceParams};
use std::net::SocketAddr;
use std::time::Instant;

struct Browser {
    address: SocketAddr,
    peer: SocketAddr,
    ice: IceAgent,
    base: Instant,
    dtls: Option<DtlsAssociation>,
    keys: Option<(SrtpSender, SrtpReceiver)>,
    next: RtpHeader,
    heard: Vec<Vec<u8>>,
    /// Its tab sleeps: it asks nothing.
    asleep: bool,
}

fn creds(of: &IceCredentials) -> IceCreds {
    IceCreds { ufrag: of.ufrag().to_owned(), pass: of.password().to_owned() }
}

impl Browser {
    fn new(
        engine: &VirtualEngine,
        peer: SocketAddr,
        [own, theirs]: [&IceCredentials; 2],
        dtls: DtlsAssociation,
    ) -> Self {
        let address = SocketAddr::from(([198, 51, 100, 7], 50_000));
        let mut ice = IceAgent::new(creds(own));
        ice.set_controlling(true);
        ice.add_local_candidate(Candidate::host(address, Protocol::Udp).unwrap());
        ice.add_remote_candidate(Candidate::host(peer, Protocol::Udp).unwrap());
        ice.set_remote_credentials(creds(theirs));
        let next = RtpHeader { marker: true, payload_type: 0, sequence: 100, timestamp: 0, ssrc: 0x77 };
        let base = Instant::now() - Duration::from_nanos(engine.now().as_nanos());
        Self { address, peer, ice, base, dtls: Some(dtls), keys: None, next, heard: Vec::new(), asleep: false }
    }

    fn turn(&mut self, engine: &mut VirtualEngine, says: Option<&[u8; 160]>) {
        let (now, at) = (engine.now(), self.base + Duration::from_nanos(engine.now().as_nanos()));
        let mut out: Vec<Vec<u8>> = Vec::new();
        while let Some(came) = engine.network.receive(self.address) {
            match came.octets[0] {
                0..=3 => {
                    let message = StunMessage::parse(&came.octets).unwrap();
                    let (source, destination) = (came.from, self.address);
                    self.ice.handle_packet(at, StunPacket { proto: Protocol::Udp, source, destination, message });
                }
                20..=63 => self.dtls.as_mut().into_iter().for_each(|dtls| dtls.receive(&came.octets, now)),
                _ => {
                    let (mut packet, Some((_, receiver))) = (came.octets, &mut self.keys) else { panic!("no keys") };
                    if matches!(packet[1], 192..=223) {
                        continue;
                    }
                    let length = receiver.unprotect(&mut packet, None).expect("it is authentic");
                    self.heard.push(rtp::parse(&packet[..length]).unwrap().1.to_vec());
                }
            }
        }
        if !self.asleep {
            self.ice.handle_timeout(at);
            out.extend(std::iter::from_fn(|| self.ice.poll_transmit()).map(|t| Vec::from(t.contents)));
        }
        if let Some(dtls) = self.dtls.as_mut().filter(|_| self.ice.state().is_connected()) {
            if dtls.due().is_some_and(|due| due <= now) {
                dtls.wake(now);
            }
            match dtls.poll(|datagram| out.push(datagram.into())) {
                Some(DtlsNews::Keys(own, peers)) => {
                    self.keys = Some((SrtpSender::new(&own).unwrap(), SrtpReceiver::new(&peers).unwrap()));
                }
                None => {}
                other => panic!("{other:?}"),
            }
        }
        if let (Some((sender, _)), Some(payload)) = (&mut self.keys, says) {
            let mut packet = vec![0; 12 + 160 + 20];
            let length = rtp::write(&self.next, payload, &mut packet).unwrap();
            let length = sender.protect(&mut packet, length).unwrap();
            packet.truncate(length);
            self.next.sequence += 1;
            self.next.timestamp += 160;
            out.push(packet);
        }
        out.iter().for_each(|datagram| engine.network.send(self.address, self.peer, datagram, now));
        run(engine, 20);
    }
}

fn payload(n: u32) -> [u8; 160] {
    std::array::from_fn(|i| (n as usize * 11 + i) as u8)
}

/// The session of a browser that called: it offers `actpass`, and we are passive.
fn session(
    engine: &mut VirtualEngine,
    theirs: DtlsFingerprint,
) -> (MediaSessionHandle, [IceCredentials; 2], DtlsFingerprint) {
    let own = certificate();
    let [ours, remote] = [(); 2].map(|()| IceCredentials::generate().unwrap());
    let params = pcmu()
        .dtls(DtlsParams::new(&own, DtlsRole::Passive, theirs))
        .ice(IceParams::new(ours.clone()).remote(remote.clone()));
    let session = engine.handle().create_media_session("web", params);
    (done(engine, session), [remote, ours], own.fingerprint())
}

fn connected(engine: &mut VirtualEngine) -> (MediaSessionHandle, Browser) {
    let certificate = certificate();
    let (session, ice, fingerprint) = session(engine, certificate.fingerprint());
    let dtls = DtlsAssociation::new(&certificate, true, Some(fingerprint), engine.now()).unwrap();
    let browser = Browser::new(engine, session.local_address().unwrap(), [&ice[0], &ice[1]], dtls);
    (session, browser)
}

#[test]
fn a_browser_is_found_by_its_checks_and_heard_both_ways() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (session, mut browser) = connected(&mut engine);
    let (other, mut phone) = plain_phone(&mut engine, 1);
    let bridge = engine.handle().bridge(&session, &other);
    done(&mut engine, bridge);
    for n in 0..300 {
        let now = engine.now();
        phone.send(&mut engine.network, now, &payload(n + 5_000));
        browser.turn(&mut engine, Some(&payload(n)));
    }
    phone.listen(&mut engine.network);
    let news = told(&events);
    assert!(news.contains(&("web".to_owned(), EventKind::Latched(browser.address))), "{news:?}");
    assert!(secured(&news, "web").is_some(), "{news:?}");
    let said: Vec<_> = (0..300).map(payload).collect();
    let heard = phone.got.iter().filter(|packet| said.iter().any(|said| packet.payload == said)).count();
    assert!(heard > 250, "{heard} of the browser's");
    let said: Vec<_> = (5_000..5_300).map(payload).collect();
    let heard = browser.heard.iter().filter(|payload| said.iter().any(|said| *payload == said)).count();
    assert!(heard > 250, "{heard} of the phone's");
}

#[test]
fn a_browser_that_asks_no_more_is_sent_nothing_until_it_does_again() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (session, mut browser) = connected(&mut engine);
    let (other, mut phone) = plain_phone(&mut engine, 1);
    let bridge = engine.handle().bridge(&session, &other);
    done(&mut engine, bridge);
    let mut talk = |engine: &mut VirtualEngine, browser: &mut Browser, seconds: u32| {
        let before = done(engine, session.transport_statistics()).packets_out;
        for n in 0..seconds * 50 {
            let now = engine.now();
            phone.send(&mut engine.network, now, &payload(n));
            browser.turn(engine, Some(&payload(n)));
        }
        done(engine, session.transport_statistics()).packets_out - before
    };
    assert!(talk(&mut engine, &mut browser, 4) > 150);
    told(&events);
    // A sleeping tab: its media go on, which is no consent.
    browser.asleep = true;
    assert!(talk(&mut engine, &mut browser, 25) > 1_200);
    assert_eq!(told(&events), []);
    talk(&mut engine, &mut browser, 10);
    assert_eq!(told(&events), [("web".to_owned(), EventKind::ConsentLost)]);
    assert_eq!(talk(&mut engine, &mut browser, 5), 0);
    browser.asleep = false;
    talk(&mut engine, &mut browser, 3);
    assert_eq!(told(&events), [("web".to_owned(), EventKind::Latched(browser.address))]);
    assert!(talk(&mut engine, &mut browser, 2) > 90);
}

#[test]
fn who_proved_nothing_is_not_shaken_hands_with() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (session, mut browser) = connected(&mut engine);
    let at = session.local_address().unwrap();
    let mut stranger = DtlsAssociation::new(&certificate(), true, None, engine.now()).unwrap();
    for _ in 0..50 {
        let now = engine.now();
        if stranger.due().is_some_and(|due| due <= now) {
            stranger.wake(now);
        }
        stranger.poll(|datagram| engine.network.send(([203, 0, 113, 9], 7).into(), at, &datagram, now));
        run(&mut engine, 100);
    }
    let counts = done(&mut engine, session.transport_statistics());
    // OpenSSL asks again by the system's clock, of which little passed.
    let asked = if cfg!(feature = "dtls-openssl") { 0 } else { 1 };
    assert!(counts.handshakes_in > asked && counts.handshakes_out == 0, "{counts:?}");
    for _ in 0..100 {
        browser.turn(&mut engine, None);
    }
    assert!(secured(&told(&events), "web").is_some());
}
