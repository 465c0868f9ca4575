//! Pure: sources that begin, compete, go back or are left, and a route that changes.

use super::rig::{Rig, value};
use crate::buffer::{Inserted, JitterConfig, Refusal};
use crate::types::MediaTime;

/// A packet of 20 ms of a source, at its time.
fn put(rig: &mut Rig, ssrc: u32, n: u32, at_ms: f64, octet: u8) -> Inserted {
    rig.run_until(at_ms);
    rig.put(ssrc, n as u16, n * 160, at_ms, vec![octet; 160])
}

fn play(rig: &mut Rig, ssrc: u32, packets: std::ops::Range<u32>, octet: u8) {
    packets.for_each(|n| _ = put(rig, ssrc, n, f64::from(n) * 20.0 + 5.0, octet));
}

fn resets(rig: &Rig) -> u64 {
    rig.receiver.statistics(MediaTime::ZERO).resets
}

#[test]
fn of_two_that_send_at_once_the_one_that_is_heard_stays_until_it_is_silent_for_long() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    for n in 0..100u32 {
        // It is held up for 200 ms once, and ends with its 80th packet.
        if n < 80 && !(40..50).contains(&n) {
            put(&mut rig, 1, n, f64::from(n) * 20.0 + 5.0, 100);
        }
        put(&mut rig, 2, 500 + n, f64::from(n) * 20.0 + 15.0, 200);
    }
    rig.run_until(2_000.0);
    let other = rig.heard.iter().position(|s| *s == value(200)).map(|at| at / 8);
    // SILENT_AMID_BOTH: 300 ms.
    assert!(other.is_some_and(|ms| (1_885..1_940).contains(&ms)), "heard from {other:?} ms on");
    assert_eq!(resets(&rig), 1);
}

#[test]
fn a_sender_that_goes_back_is_heard_again_from_the_third_late_packet_or_the_fifth_copy_on() {
    for (back, why, taken) in [(150, Refusal::Late, 2), (100, Refusal::Duplicate, 4)] {
        let mut rig = Rig::new(JitterConfig::new(8_000));
        play(&mut rig, 1, 0..200, 100);
        for n in 0..taken {
            let at = 4_000.0 + f64::from(n) * 20.0 + 5.0;
            assert_eq!(put(&mut rig, 1, 200 - back + n, at, 200), Inserted::Refused(why), "{n}");
        }
        let at = 4_000.0 + f64::from(taken) * 20.0 + 5.0;
        assert_eq!(put(&mut rig, 1, 200 - back + taken, at, 200), Inserted::Restarted);
    }
}

#[test]
fn another_source_and_another_timeline_are_told_and_a_stream_that_was_left_for_a_while_is_not() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    play(&mut rig, 1, 0..50, 100);
    assert_eq!(resets(&rig), 0, "it begins");
    // The same source, far off in numbers and timestamps.
    (0..10).for_each(|n| _ = put(&mut rig, 1, 40_000 + n, 1_000.0 + f64::from(n) * 20.0 + 5.0, 100));
    assert_eq!(resets(&rig), 1);
    (0..10).for_each(|n| _ = put(&mut rig, 2, n, 1_200.0 + f64::from(n) * 20.0 + 5.0, 100));
    assert_eq!(resets(&rig), 2);
    for (ssrc, told) in [(2, 2), (3, 3)] {
        rig.receiver.drain(|gone| rig.pool.0[gone as usize] = None);
        let at = rig.now_ms() + 5.0;
        (0..10).for_each(|n| _ = put(&mut rig, ssrc, 20_000 + n, at + f64::from(n) * 20.0, 100));
        assert_eq!(resets(&rig), told, "{ssrc}");
    }
}

#[test]
fn a_route_that_gets_much_longer_is_followed_from_its_third_packet_on() {
    let mut rig = Rig::new(JitterConfig { max_delay_ms: 200, ..JitterConfig::new(8_000) });
    play(&mut rig, 1, 0..100, 100);
    (100..200).for_each(|n| _ = put(&mut rig, 1, n, f64::from(n) * 20.0 + 505.0, 200));
    rig.run_until(4_600.0);
    let counted = rig.receiver.statistics(MediaTime::from_millis(4_600));
    assert!(counted.discarded + counted.late <= 2 && counted.played >= 198, "{counted:?}");
    // Nothing is cut out: what is too long a delay for the route before is the right one for this.
    assert!(counted.shortened_ms < 10.0 && counted.concealed_blocks < 20, "{counted:?}");
}
