//! Reported loss is the loss that there was; what is none is none.

use super::support::phone::{connect, pcmu};
use super::support::random::Random;
use super::{above, engine, known, packets, reports, talk};
use media_core::rtp::rtcp::RtcpPacket;
use media_core::{AudioFormat, Direction, MediaEngineConfig, MediaSessionParams, TelephoneEventFormat};
use std::time::Duration;

#[test]
fn reported_loss_is_the_loss_that_was_injected() {
    for (n, per_mille) in [1usize, 5, 10, 50, 100, 200].into_iter().enumerate() {
        let mut engine = engine(MediaEngineConfig::default());
        let (session, mut phone) = pcmu(&mut engine, 1);
        let mut random = Random(71 + n as u64);
        let mut dropped = 0;
        talk(&mut engine, &mut phone, 3_000, |packet| {
            // The first and the last are there, so that what lies between is known to be expected.
            let drop = packet > 0 && packet < 2_999 && random.below(1_000) < per_mille;
            dropped += i64::from(drop);
            !drop
        });
        engine.run_for(Duration::from_millis(300));
        let heard = known(&mut engine, &session).heard;
        assert!(dropped > 0);
        assert_eq!((heard.lost, heard.packets, heard.sources), (dropped, (3_000 - dropped) as u64, 1));
    }
}

/// The fraction of each interval is of that interval: loss that ends is over in the report after the next.
#[test]
fn the_fraction_is_of_its_interval() {
    let mut engine = engine(MediaEngineConfig::default());
    let (session, mut phone) = pcmu(&mut engine, 1);
    talk(&mut engine, &mut phone, 1_000, |n| n % 5 != 4);
    let during = known(&mut engine, &session).heard.fraction_lost;
    assert!((during - 0.2).abs() < 0.02, "{during}");
    talk(&mut engine, &mut phone, 1_000, |_| true);
    let heard = known(&mut engine, &session).heard;
    assert_eq!((heard.fraction_lost, heard.lost), (0.0, 200));
    let told: Vec<_> = reports(&mut engine, above(phone.address))
        .iter()
        .flat_map(|(_, datagram)| {
            packets(datagram).iter().find_map(|packet| match packet {
                RtcpPacket::ReceiverReport { blocks, .. } | RtcpPacket::SenderReport { blocks, .. } => {
                    blocks.clone().next()
                }
                _ => None,
            })
        })
        .collect();
    assert!(told.len() >= 6, "{told:?}");
    assert!(told.iter().any(|block| (48..=54).contains(&block.fraction_lost)), "{told:?}");
    assert_eq!(told.last().map(|block| (block.fraction_lost, block.lost)), Some((0, 200)));
}

/// Digits, hold, another source, reordering, early media: nothing of that is loss.
#[test]
fn what_is_no_loss_is_not_reported_as_one() {
    let mut engine = engine(MediaEngineConfig::default());
    let params = MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(TelephoneEventFormat::new(101, 8_000));
    let (session, mut phone) = connect(&mut engine, 1, params);
    // Early media: it sends before anything is answered to it.
    talk(&mut engine, &mut phone, 100, |_| true);
    phone.press(&mut engine, '5', 101);
    talk(&mut engine, &mut phone, 50, |_| true);
    // Held for ten seconds: its timestamps go on, its numbers do not.
    super::done(&mut engine, session.set_direction(Direction::SendOnly));
    engine.run_for(Duration::from_secs(10));
    phone.next.timestamp = phone.next.timestamp.wrapping_add(80_000);
    super::done(&mut engine, session.set_direction(Direction::SendReceive));
    talk(&mut engine, &mut phone, 50, |_| true);
    // Two of each ten in each other's place.
    for _ in 0..20 {
        let (first, now) = (phone.next, engine.now());
        let mut second = first;
        (second.sequence, second.timestamp) = (first.sequence.wrapping_add(1), first.timestamp.wrapping_add(160));
        phone.post(&mut engine.network, now, second, &[0x55; 160]);
        engine.run_for(Duration::from_millis(10));
        let now = engine.now();
        phone.post(&mut engine.network, now, first, &[0x55; 160]);
        (phone.next.sequence, phone.next.timestamp) =
            (first.sequence.wrapping_add(2), first.timestamp.wrapping_add(320));
        engine.run_for(Duration::from_millis(30));
        talk(&mut engine, &mut phone, 8, |_| true);
    }
    // Another source, with other numbers.
    (phone.next.ssrc, phone.next.sequence, phone.next.timestamp) = (0x7777, 12, 99);
    talk(&mut engine, &mut phone, 100, |_| true);
    engine.run_for(Duration::from_millis(300));
    let heard = known(&mut engine, &session).heard;
    assert_eq!((heard.lost, heard.sources), (0, 2), "{heard:?}");
    assert!(heard.jitter < Duration::from_millis(15), "{heard:?}");
}
