//! Pure: SRTP by the vectors of its RFCs and of libsrtp, and by what happens on a network.

mod network;
mod vectors;

use super::*;
use crate::rtp::{self, RtpHeader, SrtpFault};
use crate::transport::secure::{LONGEST_TRAILER, Unsendable};

const SSRC: u32 = 0xcafe_babe;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A key of a suite that is any other's if `n` differs.
fn key(suite: SrtpSuite, n: u8) -> SrtpKey {
    let octets: Vec<u8> = (0..46_u8).map(|i| i.wrapping_mul(7).wrapping_add(n)).collect();
    SrtpKey::new(suite, &octets[..suite.key_octets()], &octets[32..32 + suite.salt_octets()]).unwrap()
}

fn pair(suite: SrtpSuite) -> (SrtpSender, SrtpReceiver) {
    (SrtpSender::new(&key(suite, 1)).unwrap(), SrtpReceiver::new(&key(suite, 1)).unwrap())
}

fn plain(ssrc: u32, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 12 + payload.len()];
    rtp::write(&RtpHeader { ssrc, sequence, ..RtpHeader::default() }, payload, &mut packet).unwrap();
    packet
}

/// `packet` as it leaves.
fn sealed(sender: &mut SrtpSender, packet: &[u8]) -> Vec<u8> {
    let mut out = [packet, &[0; LONGEST_TRAILER]].concat();
    let length = sender.protect(&mut out, packet.len()).unwrap();
    out.truncate(length);
    out
}

fn sealed_rtcp(sender: &mut SrtpSender, packet: &[u8]) -> Vec<u8> {
    let mut out = [packet, &[0; LONGEST_TRAILER]].concat();
    let length = sender.protect_rtcp(&mut out, packet.len()).unwrap();
    out.truncate(length);
    out
}

/// What the receiver makes of a packet.
fn opened(receiver: &mut SrtpReceiver, packet: &[u8]) -> Result<Vec<u8>, SrtpFault> {
    let mut octets = packet.to_vec();
    let length = receiver.unprotect(&mut octets, None).inspect_err(|_| assert_eq!(octets, packet))?;
    octets.truncate(length);
    Ok(octets)
}

fn opened_rtcp(receiver: &mut SrtpReceiver, packet: &[u8]) -> Result<Vec<u8>, SrtpFault> {
    let mut octets = packet.to_vec();
    let length = receiver.unprotect_rtcp(&mut octets).inspect_err(|_| assert_eq!(octets, packet))?;
    octets.truncate(length);
    Ok(octets)
}

#[test]
fn what_is_sealed_is_opened_with_header_extension_and_sources_readable() {
    for suite in SrtpSuite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        for (n, length) in [0, 1, 15, 16, 17, 127, 128, 129, 160, 1_400].into_iter().enumerate() {
            let mut packet = plain(SSRC, n as u16, &vec![0x55; length]);
            if n % 2 == 1 {
                // Two contributing sources, an extension of one word.
                packet[0] |= 0x12;
                packet.splice(12..12, [1, 2, 3, 4, 5, 6, 7, 8, 0xbe, 0xde, 0, 1, 9, 9, 9, 9]);
            }
            let head = if n % 2 == 1 { 28 } else { 12 };
            let out = sealed(&mut sender, &packet);
            assert_eq!(out.len(), packet.len() + suite.tag_octets());
            assert_eq!(out[..head], packet[..head]);
            assert!(length < 8 || out[head..packet.len()] != packet[head..], "{suite} is encrypted");
            assert_eq!(opened(&mut receiver, &out), Ok(packet), "{suite} {length}");
            assert_eq!(opened(&mut receiver, &out), Err(SrtpFault::Replayed));
        }
        for length in [8, 9, 28, 60, 1_000] {
            let report: Vec<u8> =
                [0x80, 201, 0, 1, 1, 2, 3, 4].into_iter().chain((0..=255).cycle()).take(length).collect();
            let out = sealed_rtcp(&mut sender, &report);
            assert_eq!(out[..8], report[..8]);
            assert_eq!(opened_rtcp(&mut receiver, &out), Ok(report), "{suite} {length}");
            assert_eq!(opened_rtcp(&mut receiver, &out), Err(SrtpFault::Replayed));
        }
    }
}

#[test]
fn malformed_packets_have_a_reason() {
    for suite in SrtpSuite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let packet = plain(SSRC, 1, &[0x55; 160]);
        assert_eq!(opened(&mut receiver, &[]), Err(SrtpFault::TooShort));
        assert_eq!(opened(&mut receiver, &packet[..11]), Err(SrtpFault::TooShort));
        assert_eq!(opened(&mut receiver, &packet[..13]), Err(SrtpFault::TooShort));
        assert_eq!(opened(&mut receiver, &packet), Err(SrtpFault::BadTag), "a packet that is not protected");
        let mut beyond = packet.clone();
        beyond[0] |= 0x10;
        beyond[14] = 0xff;
        assert_eq!(opened(&mut receiver, &beyond), Err(SrtpFault::BadHeader));
        // Its extension takes up what is to be the tag.
        let mut beyond = packet.clone();
        beyond[0] |= 0x10;
        beyond[14..16].copy_from_slice(&[0, 39]);
        assert_eq!(opened(&mut receiver, &beyond), Err(SrtpFault::TooShort));
        let report = [0x80, 201, 0, 1, 1, 2, 3, 4];
        assert_eq!(opened_rtcp(&mut receiver, &report), Err(SrtpFault::TooShort));
        assert_eq!(opened_rtcp(&mut receiver, &[report, report, report, report].concat()), {
            // Where suites have the index: the first octet's highest bit says encrypted, or not.
            let at = if suite.tag_octets() == 16 { 28 } else { 18 };
            let encrypted = [report, report, report, report].concat()[at] & 0x80 != 0;
            Err(if encrypted { SrtpFault::BadTag } else { SrtpFault::Unencrypted })
        });
        let mut short = plain(SSRC, 1, &[0x55; 160]);
        assert_eq!(sender.protect(&mut short, 172), Err(Unsendable::Malformed), "no room for a tag");
        assert_eq!(sender.protect(&mut short, 11), Err(Unsendable::Malformed));
        assert_eq!(sender.protect(&mut short, 1_000), Err(Unsendable::Malformed));
        assert_eq!(sender.protect_rtcp(&mut short, 7), Err(Unsendable::Malformed));
        assert_eq!(sender.protect_rtcp(&mut short, 172), Err(Unsendable::Malformed));
    }
}

#[test]
fn a_key_ends_with_its_lifetime_and_no_index_is_used_twice() {
    for suite in SrtpSuite::ALL {
        let (mut sender, _) = pair(suite);
        let send = |sender: &mut SrtpSender, sequence| {
            let mut packet = [plain(SSRC, sequence, &[7; 20]), vec![0; 16]].concat();
            sender.protect(&mut packet, 32).map(|_| ())
        };
        sender.set(SSRC, (1 << 48) - 3, (1 << 31) - 2);
        assert_eq!(send(&mut sender, 0xfffe), Ok(()));
        assert_eq!(send(&mut sender, 0xfffe), Err(Unsendable::KeyUsedUp), "twice");
        assert_eq!(send(&mut sender, 0xffff), Ok(()));
        assert_eq!(send(&mut sender, 0), Err(Unsendable::KeyUsedUp), "2^48 packets");
        let mut report = || {
            let mut packet = [[0x80, 201, 0, 1, 1, 2, 3, 4].as_slice(), &[0; LONGEST_TRAILER]].concat();
            sender.protect_rtcp(&mut packet, 8).map(|_| ())
        };
        assert_eq!([report(), report(), report()], [Ok(()), Ok(()), Err(Unsendable::KeyUsedUp)], "2^31 reports");
    }
}

#[test]
fn so_many_sources_are_heard_and_none_is_forgotten() {
    for suite in [SrtpSuite::AesCm128HmacSha1_80, SrtpSuite::AeadAes128Gcm] {
        let (mut sender, mut receiver) = pair(suite);
        let forged = |ssrc: u32| plain(ssrc, 1, &[0x55; 160]);
        // Who has not the key makes no source known.
        for ssrc in 0..10_000 {
            assert_eq!(opened(&mut receiver, &forged(ssrc)), Err(SrtpFault::BadTag));
        }
        let packets: Vec<_> = (1..=65).map(|ssrc| sealed(&mut sender, &forged(ssrc))).collect();
        for packet in &packets[..64] {
            assert!(opened(&mut receiver, packet).is_ok());
        }
        assert_eq!(opened(&mut receiver, &packets[64]), Err(SrtpFault::TooManySources));
        let report = sealed_rtcp(&mut sender, &[0x80, 201, 0, 1, 0, 0, 0, 65]);
        assert_eq!(opened_rtcp(&mut receiver, &report), Err(SrtpFault::TooManySources));
        // Those that are known go on, and what they sent is not taken again.
        for packet in &packets[..64] {
            assert_eq!(opened(&mut receiver, packet), Err(SrtpFault::Replayed));
        }
        let report = sealed_rtcp(&mut sender, &[0x80, 201, 0, 1, 0, 0, 0, 64]);
        assert!(opened_rtcp(&mut receiver, &report).is_ok());
    }
}

#[test]
fn rtcp_that_is_not_encrypted_is_refused() {
    let (mut sender, mut receiver) = pair(SrtpSuite::AesCm128HmacSha1_80);
    let mut report = sealed_rtcp(&mut sender, &[0x80, 201, 0, 1, 1, 2, 3, 4]);
    let at = report.len() - 14;
    report[at] &= 0x7f;
    assert_eq!(opened_rtcp(&mut receiver, &report), Err(SrtpFault::Unencrypted));
}

#[test]
fn a_key_shows_itself_nowhere() {
    let key = SrtpKey::new(SrtpSuite::AesCm128HmacSha1_80, &[0xab; 16], &[0xcd; 14]).unwrap();
    let (sender, receiver) = (SrtpSender::new(&key).unwrap(), SrtpReceiver::new(&key).unwrap());
    let shown = format!("{key:?} {key:#?} {sender:?} {receiver:?}");
    for trace in ["171", "205", "ab, ", "AB", "cd, ", "CD"] {
        assert!(!shown.contains(trace), "{shown}");
    }
    assert!(key != self::key(SrtpSuite::AesCm128HmacSha1_80, 1));
    assert!(SrtpKey::new(SrtpSuite::AesCm128HmacSha1_80, &[0; 16], &[0; 12]).is_none());
    assert!(SrtpKey::new(SrtpSuite::AeadAes256Gcm, &[0; 16], &[0; 12]).is_none());
}
