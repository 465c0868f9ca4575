//! Control: what SRTP costs a packet of 160 octets of payload, protected and opened in place; beside libsrtp where its
//! libsrtp2.so.1 is installed (Debian: libsrtp2-1); and what a DTLS handshake costs an end. `cargo bench --bench srtp -- [--json] [--quick]`.

#[cfg(feature = "dtls")]
#[path = "srtp/handshake.rs"]
mod handshake;
#[path = "srtp/libsrtp.rs"]
mod libsrtp;
mod support;

use libsrtp::LibSrtp;
use media_core::transport::secure::{SrtpReceiver, SrtpSender};
use media_core::{SrtpKey, SrtpSuite};
use std::hint::black_box;
use support::{Bench, Side, Unit};

const NS: Unit = Unit { name: "ns per packet", per: 1.0 };
/// A header, 160 octets of payload, room for a tag.
type Packet = [u8; 12 + 160 + 20];
const PLAIN: usize = 172;
/// Packets that are opened in turn, before a receiver of the same key begins anew: a window takes each once.
const PACKETS: u16 = 8_192;

fn plain(sequence: u16) -> Packet {
    let mut packet = [0x55; 192];
    packet[..12].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0xca, 0xfe, 0xba, 0xbe]);
    packet[2..4].copy_from_slice(&sequence.to_be_bytes());
    packet
}

fn protect(bench: &mut Bench, name: &str, suite: SrtpSuite, key: &[u8]) {
    let master = master(suite, key);
    let (mut sender, mut n) = (SrtpSender::new(&master).expect("a sender"), 0_u16);
    let mut ours = || {
        let mut packet = plain(n);
        n = n.wrapping_add(1);
        black_box(sender.protect(black_box(&mut packet), PLAIN)).expect("it is protected");
    };
    let (mut peer, mut m) = (LibSrtp::new(suite, key, true), 0_u16);
    let mut theirs = || {
        let mut packet = plain(m);
        m = m.wrapping_add(1);
        let sealed = peer.as_mut().and_then(|peer| peer.protect(black_box(&mut packet), PLAIN));
        black_box(sealed).expect("it is protected");
    };
    run(bench, name, &mut ours, LibSrtp::is_there().then_some(&mut theirs));
}

fn unprotect(bench: &mut Bench, name: &str, suite: SrtpSuite, key: &[u8]) {
    let master = master(suite, key);
    let mut sender = SrtpSender::new(&master).expect("a sender");
    let length = PLAIN + suite.tag_octets();
    let sealed: Vec<Packet> = (0..PACKETS)
        .map(|n| {
            let mut packet = plain(n);
            sender.protect(&mut packet, PLAIN).expect("it is protected");
            packet
        })
        .collect();
    let (mut receiver, mut n) = (SrtpReceiver::new(&master).expect("a receiver"), 0);
    let mut ours = || {
        if n == sealed.len() {
            (receiver, n) = (SrtpReceiver::new(&master).expect("a receiver"), 0);
        }
        let mut packet = sealed[n];
        n += 1;
        black_box(receiver.unprotect(black_box(&mut packet[..length]), None)).expect("it is authentic");
    };
    let (mut peer, mut m) = (LibSrtp::new(suite, key, false), 0);
    let mut theirs = || {
        if m == sealed.len() {
            (peer, m) = (LibSrtp::new(suite, key, false), 0);
        }
        let mut packet = sealed[m];
        m += 1;
        let opened = peer.as_mut().and_then(|peer| peer.unprotect(black_box(&mut packet), length));
        black_box(opened).expect("it is authentic");
    };
    run(bench, name, &mut ours, LibSrtp::is_there().then_some(&mut theirs));
}

fn run(bench: &mut Bench, name: &str, ours: &mut dyn FnMut(), theirs: Option<&mut dyn FnMut()>) {
    let mut sides: Vec<Side<'_>> = vec![("ours", ours)];
    sides.extend(theirs.map(|theirs| -> Side<'_> { ("libsrtp", theirs) }));
    bench.compare(name, NS, &mut sides);
}

fn master(suite: SrtpSuite, key: &[u8]) -> SrtpKey {
    SrtpKey::new(suite, &key[..suite.key_octets()], &key[suite.key_octets()..]).expect("a key of that suite")
}

fn main() {
    let mut bench = Bench::from_args("srtp");
    for (suffix, suite) in ["", "_32", "_gcm_128", "_gcm_256"].into_iter().zip(SrtpSuite::ALL) {
        let key: Vec<u8> = (0..suite.key_octets() + suite.salt_octets()).map(|n| n as u8 * 3 + 1).collect();
        protect(&mut bench, &format!("srtp_protect{suffix}"), suite, &key);
        unprotect(&mut bench, &format!("srtp_unprotect{suffix}"), suite, &key);
    }
    #[cfg(feature = "dtls")]
    handshake::run(&mut bench);
    bench.finish();
}
