//! Pure: what is heard, and when, through the whole receive path.

use super::rig::Rig;
use crate::buffer::{BlockKind, Inserted, JitterConfig, Refusal};

fn level(n: u32) -> Vec<u8> {
    vec![(n % 200) as u8 + 20; 160]
}

/// Packets of 20 ms, `transit(n)` ms under way; `None` is lost.
fn play(rig: &mut Rig, from: u32, to: u32, first_sequence: u16, transit: impl Fn(u32) -> Option<f64>) {
    let mut packets: Vec<_> = (from..to).filter_map(|n| transit(n).map(|ms| (f64::from(n) * 20.0 + ms, n))).collect();
    packets.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, n) in packets {
        rig.run_until(at);
        rig.put(1, first_sequence.wrapping_add(n as u16), n.wrapping_mul(160).wrapping_sub(4_000), at, level(n));
    }
}

#[test]
fn steady_stream_is_heard_whole_at_the_next_tick() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    play(&mut rig, 0, 500, 65_300, |_| Some(5.0));
    rig.run_until(20_000.0);
    let start = rig.heard.iter().position(|&s| s != 0.0).unwrap();
    assert_eq!(start, 80, "a packet that came at 5 ms is played at the tick of 10 ms");
    // The first samples are faded in.
    for n in 1..500 {
        let at = start + n * 160;
        assert!(rig.heard[at..at + 160].iter().all(|&s| s * 256.0 == f32::from(level(n as u32)[0])), "packet {n}");
    }
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(10_000));
    assert_eq!((counted.played, counted.lost, counted.late), (500, 0, 0));
    assert_eq!(rig.pool.live(), 0);
    assert_eq!(rig.kinds.last(), Some(&BlockKind::Idle));
}

#[test]
fn reordered_and_doubled_packets_are_heard_once_in_order() {
    let mut rig = Rig::new(JitterConfig { min_delay_ms: 60, ..JitterConfig::new(8_000) });
    for n in 0..300u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        // Pairs swapped, each packet sent twice.
        let n = n ^ 1;
        assert_eq!(
            rig.put(1, n as u16, n * 160, at, level(n)),
            if n == 1 { Inserted::Restarted } else { Inserted::Stored }
        );
        assert_eq!(rig.put(1, n as u16, n * 160, at, level(n)), Inserted::Refused(Refusal::Duplicate));
    }
    rig.run_until(8_000.0);
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(8_000));
    assert_eq!((counted.played, counted.duplicates, counted.lost), (300, 300, 0), "{counted:?}");
    assert_eq!(rig.pool.live(), 0);
}

#[test]
fn a_lost_packet_is_concealed_and_time_goes_on() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    play(&mut rig, 0, 100, 0, |n| (n != 50).then_some(5.0));
    rig.run_until(2_100.0);
    let at = 80 + 160 * 60;
    assert!(rig.heard[at..at + 160].iter().all(|&s| s * 256.0 == f32::from(level(60)[0])));
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(2_000));
    assert_eq!((counted.lost, counted.played), (1, 99));
}

#[test]
fn a_new_source_is_heard_within_three_packets() {
    for (ssrc, sequence, timestamp) in [(2, 9, 77), (1, 40_000, 16_000), (1, 100, 3_000_000_000u32), (1, 80, 800_000)] {
        let mut rig = Rig::new(JitterConfig::new(8_000));
        play(&mut rig, 0, 100, 0, |_| Some(5.0));
        for n in 0..50u32 {
            let at = 2_000.0 + f64::from(n) * 20.0 + 5.0;
            rig.run_until(at);
            rig.put(ssrc, sequence + n as u16, timestamp.wrapping_add(n * 160), at, vec![250; 160]);
        }
        let from = 2_000 * 8;
        let back = rig.heard[from..].iter().position(|&s| s * 256.0 == 250.0);
        assert!(back.is_some_and(|n| n <= 60 * 8 + 80), "{ssrc} {sequence} {timestamp}: {back:?}");
        rig.run_until(5_000.0);
        assert_eq!(rig.pool.live(), 0);
    }
}

#[test]
fn a_packet_or_two_of_another_source_in_between_change_nothing() {
    for strays in 1..=2u16 {
        let mut rig = Rig::new(JitterConfig::new(8_000));
        play(&mut rig, 0, 100, 0, |_| Some(5.0));
        for n in 0..strays {
            rig.put(2, 9 + n, 77 + 160 * u32::from(n), 1_986.0 + f64::from(n), vec![250; 160]);
        }
        play(&mut rig, 100, 200, 0, |_| Some(5.0));
        rig.run_until(5_000.0);
        assert!(rig.heard.iter().all(|&s| s * 256.0 != 250.0), "the stranger is not heard");
        let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(5_000));
        assert_eq!((counted.played, counted.lost, counted.resets), (200, 0, 0), "{strays}: {counted:?}");
    }
}

#[test]
fn a_pause_of_the_sender_is_no_loss_and_replays_nothing() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    play(&mut rig, 0, 50, 0, |_| Some(5.0));
    for n in 0..50u32 {
        let at = 3_000.0 + f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        rig.put_marked(1, 50 + n as u16, (3_000 * 8 + n * 160).wrapping_sub(4_000), at, vec![250; 160], n == 0);
    }
    rig.run_until(5_000.0);
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(4_000));
    assert_eq!((counted.lost, counted.played, counted.resets), (0, 100, 0), "{counted:?}");
    let spurt = &rig.heard[3_010 * 8 + 40..4_010 * 8];
    assert!(spurt.iter().all(|&s| s * 256.0 == 250.0), "{:?}", rig.runs());
}

/// How many ms are cut out after the delay fell by `fell` ms.
fn cut_after_a_fall(fell: f64, leave_small: bool) -> f64 {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    rig.receiver.leave_small_delays(leave_small);
    play(&mut rig, 0, 1_500, 0, |n| Some(if n < 20 { 5.0 + fell } else { 5.0 }));
    rig.receiver.statistics(crate::types::MediaTime::from_millis(30_000)).shortened_ms
}

#[test]
fn small_delays_are_left_while_the_machine_is_short_of_time() {
    assert!(cut_after_a_fall(15.0, false) > 5.0, "the twin: they are cut out else");
    assert!(cut_after_a_fall(15.0, true) < 1e-9);
    assert!(cut_after_a_fall(60.0, true) > 30.0, "great ones still are");
}

#[test]
fn skipped_ticks_drop_their_audio() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    play(&mut rig, 0, 50, 0, |_| Some(5.0));
    for n in 50..60u32 {
        rig.put(1, n as u16, (n * 160).wrapping_sub(4_000), f64::from(n) * 20.0 + 5.0, level(n));
    }
    rig.tick += 10;
    for n in 60..100u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        rig.put(1, n as u16, (n * 160).wrapping_sub(4_000), at, level(n));
    }
    rig.run_until(3_000.0);
    // The clock went on: packet 80 is heard where it would have been without the skip.
    let at = 80 + 160 * 80 - 10 * 80;
    assert!(rig.heard[at..at + 160].iter().all(|&s| s * 256.0 == f32::from(level(80)[0])));
    assert_eq!(rig.pool.live(), 0);
}
