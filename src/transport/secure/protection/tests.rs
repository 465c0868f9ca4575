//! I/O: a session's keys change while its packets are on their way.

use super::*;
use crate::rtp::{self, RtpHeader};
use crate::transport::secure::{LONGEST_TRAILER, SrtpSuite};

const SSRC: u32 = 77;

fn key(n: u8) -> SrtpKey {
    SrtpKey::new(SrtpSuite::AesCm128HmacSha1_80, &[n; 16], &[n + 100; 14]).unwrap()
}

fn keys(own: u8, peer: u8) -> Box<Protection> {
    Protection::new(Some((&key(own), &key(peer)))).unwrap()
}

/// A packet of what a session under these keys sends.
fn packet(of: &mut Protection, sequence: u16) -> Vec<u8> {
    let mut out = vec![0; 12 + 20 + LONGEST_TRAILER];
    let length = rtp::write(&RtpHeader { ssrc: SSRC, sequence, ..RtpHeader::default() }, &[5; 20], &mut out).unwrap();
    let length = of.protect(&mut out, length).unwrap();
    out.truncate(length);
    out
}

fn report(of: &mut Protection) -> Vec<u8> {
    let mut out = [[0x80, 201, 0, 1, 0, 0, 0, 77].as_slice(), &[0; LONGEST_TRAILER]].concat();
    let length = of.protect_rtcp(&mut out, 8).unwrap();
    out.truncate(length);
    out
}

fn at(ms: u64) -> MediaTime {
    MediaTime::from_nanos(ms * 1_000_000)
}

fn change(protection: &mut Box<Protection>, mut new: Box<Protection>) {
    new.succeed(protection);
    *protection = new;
}

#[test]
fn packets_on_their_way_are_taken_when_the_peers_key_changes() {
    let (mut peer, mut us) = (keys(1, 2), keys(2, 1));
    let before: Vec<_> = (0..10).map(|n| packet(&mut peer, n)).collect();
    let reports: Vec<_> = (0..10).map(|_| report(&mut peer)).collect();
    change(&mut peer, keys(3, 2));
    let after: Vec<_> = (10..20).map(|n| packet(&mut peer, n)).collect();
    assert_eq!(us.unprotect(&mut before[0].clone(), at(0)), Ok(32));
    change(&mut us, keys(2, 3));
    // The peer learns of it later: until then it speaks as before.
    assert_eq!(us.unprotect(&mut before[1].clone(), at(10)), Ok(32));
    assert_eq!(us.unprotect_rtcp(&mut reports[1].clone(), at(10)), Ok(8));
    assert_eq!(us.unprotect(&mut before[0].clone(), at(10)), Err(SrtpFault::BadTag), "replayed");
    assert_eq!(us.unprotect(&mut after[0].clone(), at(20_000)), Ok(32));
    assert_eq!(us.unprotect(&mut before[2].clone(), at(21_999)), Ok(32));
    assert_eq!(us.unprotect(&mut before[3].clone(), at(22_001)), Err(SrtpFault::BadTag), "over");
    assert_eq!(us.unprotect_rtcp(&mut reports[3].clone(), at(22_001)), Err(SrtpFault::BadTag), "over");
    assert_eq!(us.unprotect(&mut after[1].clone(), at(22_001)), Ok(32));
}

#[test]
fn who_never_takes_on_the_new_key_is_not_heard_for_ever() {
    let (mut peer, mut us) = (keys(1, 2), keys(2, 1));
    change(&mut us, keys(2, 3));
    assert_eq!(us.unprotect(&mut packet(&mut peer, 0), at(5)), Ok(32));
    assert_eq!(us.unprotect(&mut packet(&mut peer, 1), at(32_004)), Ok(32));
    assert_eq!(us.unprotect(&mut packet(&mut peer, 2), at(32_005)), Err(SrtpFault::BadTag));
}

#[test]
fn a_direction_whose_key_stays_goes_on() {
    let (mut peer, mut us) = (keys(1, 2), keys(2, 1));
    let first = packet(&mut peer, 0);
    assert_eq!(us.unprotect(&mut first.clone(), at(0)), Ok(32));
    let (ours, told) = (packet(&mut us, 0), report(&mut us));
    change(&mut us, keys(2, 1));
    assert_eq!(us.unprotect(&mut first.clone(), at(1)), Err(SrtpFault::Replayed));
    assert_ne!(report(&mut us), told, "the index goes on");
    let mut again = vec![0; 60];
    again[..32].copy_from_slice(&ours[..32]);
    assert_eq!(us.protect(&mut again, 32), Err(Unsendable::KeyUsedUp), "no index is used twice");
}

/// The rollover counter goes on where the key changes (RFC 3711 section 3.3.1); a peer that begins at 0 again is heard as well.
#[test]
fn rollover_goes_on_behind_a_new_key() {
    for begins_anew in [false, true] {
        let (mut peer, mut us) = (keys(1, 2), keys(2, 1));
        for n in 0..140_000_u32 {
            let sealed = packet(&mut peer, n as u16);
            if n % 1_000 == 0 || n + 1 == 140_000 {
                assert_eq!(us.unprotect(&mut sealed.clone(), at(n.into())), Ok(32));
            }
        }
        change(&mut us, keys(2, 3));
        if begins_anew {
            peer = keys(3, 2);
        } else {
            change(&mut peer, keys(3, 2));
        }
        for n in 140_000..200_000_u32 {
            let sealed = packet(&mut peer, n as u16);
            if n % 100 == 0 {
                assert_eq!(us.unprotect(&mut sealed.clone(), at(n.into())), Ok(32), "{n}");
            }
        }
    }
}

#[test]
fn without_keys_nothing_is_sent_and_nothing_taken() {
    let (mut peer, mut us) = (keys(1, 2), Protection::new(None).unwrap());
    let first = packet(&mut peer, 0);
    assert_eq!(us.unprotect(&mut first.clone(), at(0)), Err(SrtpFault::NoKey));
    assert_eq!(us.unprotect_rtcp(&mut first.clone(), at(0)), Err(SrtpFault::NoKey));
    assert_eq!(us.protect(&mut [0x80; 60], 32), Err(Unsendable::NoKey));
    change(&mut us, keys(2, 1));
    assert_eq!(us.unprotect(&mut first.clone(), at(1)), Ok(32));
}
