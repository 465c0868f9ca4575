//! Pure: what a network does to packets that are protected: loss, reordering, replay, damage, and time until numbers wrap.

use super::*;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Three wraps, a tenth lost, the others reordered by up to 100 places: each that comes is taken once.
#[test]
fn rollover_is_followed_through_loss_and_reordering() {
    for suite in [SrtpSuite::AesCm128HmacSha1_32, SrtpSuite::AeadAes256Gcm] {
        let (mut sender, mut receiver) = pair(suite);
        let mut dice = Dice(7);
        let mut way: Vec<(usize, Vec<u8>)> = Vec::new();
        let (mut taken, mut sent) = (0, 0);
        for n in 0..3 * 65_536 + 70_000_usize {
            // Around the wraps each packet, between them one in sixteen: the rest is lost.
            let near = (n + 500) % 65_536 < 1_000;
            let packet = sealed(&mut sender, &plain(SSRC, (n + 60_000) as u16, &(n as u64).to_be_bytes()));
            if !near && n % 16 != 0 || dice.below(10) == 0 {
                continue;
            }
            sent += 1;
            way.push((n + dice.below(100), packet));
            if way.len() > 100 || !near {
                way.sort_by_key(|(at, _)| *at);
                let arrived = if near { way.len() - 100 } else { way.len() };
                for (_, packet) in way.drain(..arrived) {
                    assert!(opened(&mut receiver, &packet).is_ok(), "{suite}: {n}");
                    assert_eq!(opened(&mut receiver, &packet), Err(SrtpFault::Replayed));
                    taken += 1;
                }
            }
        }
        assert!(taken > 15_000 && sent - taken <= 100, "{taken} of {sent}");
    }
}

/// A source that begins right before its numbers wrap, and whose first packets are lost or late.
#[test]
fn a_source_that_begins_before_a_wrap_is_heard_behind_it() {
    for suite in SrtpSuite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        let packets: Vec<_> =
            (65_533..65_540_u32).map(|n| sealed(&mut sender, &plain(SSRC, n as u16, &[1; 9]))).collect();
        for n in [3, 2, 4, 0, 1, 6, 5] {
            assert!(opened(&mut receiver, &packets[n]).is_ok(), "{suite} {n}");
        }
    }
}

/// Behind the window nothing is taken, within it each packet once.
#[test]
fn the_window_is_of_128_packets() {
    let (mut sender, mut receiver) = pair(SrtpSuite::AesCm128HmacSha1_80);
    let packets: Vec<_> = (0..300).map(|n| sealed(&mut sender, &plain(SSRC, n, &[1; 9]))).collect();
    assert!(opened(&mut receiver, &packets[0]).is_ok());
    assert!(opened(&mut receiver, &packets[200]).is_ok());
    assert_eq!(opened(&mut receiver, &packets[72]), Err(SrtpFault::TooOld));
    for n in (73..200).rev() {
        assert!(opened(&mut receiver, &packets[n]).is_ok(), "{n}");
        assert_eq!(opened(&mut receiver, &packets[n]), Err(SrtpFault::Replayed));
    }
}

/// What is damaged is refused, stays as it is, and harms nothing: the packet itself is taken behind it.
#[test]
fn of_100_000_damaged_packets_none_is_taken() {
    let mut dice = Dice(0x5eed);
    for suite in SrtpSuite::ALL {
        let (mut sender, mut receiver) = pair(suite);
        for n in 0..25_000_u32 {
            let report = n % 4 == 0;
            let sound = match report {
                true => sealed_rtcp(&mut sender, &plain(200 << 16 | 12, 201, &[3; 24])),
                false => sealed(&mut sender, &plain(SSRC, n as u16, &[0x55; 160])),
            };
            let mut packet = sound.clone();
            match dice.below(4) {
                0 => packet.truncate(dice.below(packet.len())),
                1 => packet.extend((0..1 + dice.below(20)).map(|i| i as u8)),
                _ => (0..=dice.below(3)).for_each(|_| {
                    let at = dice.below(packet.len());
                    packet[at] ^= 1 << dice.below(8);
                }),
            }
            let open = if report { opened_rtcp } else { opened };
            // Where the same bit was turned twice nothing is damaged.
            if packet != sound {
                assert!(open(&mut receiver, &packet).is_err(), "{suite} {n}: {packet:02x?}");
            }
            assert!(open(&mut receiver, &sound).is_ok(), "{suite} {n}");
        }
    }
}

/// The first packets of octets of chance, through the body of the fuzz target.
#[test]
#[cfg(feature = "internals")]
fn chance_makes_no_packet() {
    let mut dice = Dice(3);
    for n in 0..3_000 {
        let mut octets: Vec<u8> = (0..dice.below(120)).map(|_| dice.below(256) as u8).collect();
        if let (Some(first), true) = (octets.first_mut(), n % 2 == 0) {
            *first = 0x80 | *first & 0x1f;
        }
        fuzz::srtp(&octets);
    }
}
