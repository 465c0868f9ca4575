//! Boundary: which SSRCs are ours, and when the supervisor is asked.

use super::*;
use std::time::Duration;

#[test]
fn a_stream_of_ours_is_known_until_it_ends() {
    let own = OwnStreams::default();
    let told = own.clone();
    for ssrc in [0, 1, 0xffff, 0xabcd_0001, u32::MAX] {
        assert!(!told.may_hold(ssrc));
        own.set(OwnStreams::slot(ssrc), true);
        assert!(told.may_hold(ssrc));
        own.set(OwnStreams::slot(ssrc), false);
        assert!(!told.may_hold(ssrc));
    }
}

#[test]
fn the_supervisor_is_asked_once_a_change_and_again_where_it_could_not_be() {
    let own = OwnStreams::default();
    own.set(OwnStreams::slot(7), true);
    let mut guard = LoopGuard::default();
    let mut now = MediaTime::ZERO;
    let mut asked = |ssrc, room| {
        let mut count = 0;
        now += Duration::from_millis(100);
        guard.hear(ssrc, now, &own, || {
            count += 1;
            room
        });
        count
    };
    // A stranger's; ours, with the lane full; ours; the same; another's: ours has gone.
    let counts = [asked(3, true), asked(7, false), asked(7, true), asked(7, true), asked(4, true), asked(3, true)];
    assert_eq!(counts, [0, 1, 1, 0, 1, 0]);
}

#[test]
fn a_peer_that_changes_its_source_with_each_packet_is_asked_about_ten_times_a_second() {
    let own = OwnStreams::default();
    own.set(OwnStreams::slot(7), true);
    let (mut guard, mut asked) = (LoopGuard::default(), Vec::new());
    for ms in 0..1_000 {
        let now = MediaTime::ZERO + Duration::from_millis(ms);
        let ssrc = if ms % 2 == 0 { 7 } else { 1_000 + ms as u32 };
        guard.hear(ssrc, now, &own, || {
            asked.push(ms);
            true
        });
    }
    assert!(asked.len() >= 9 && asked.windows(2).all(|pair| (100..=102).contains(&(pair[1] - pair[0]))), "{asked:?}");
    // The last of them is told of in the end, and arrivals that go back are no reason to be silent.
    for (ms, ssrc, told) in [(1_300, 7, true), (1_310, 8, false), (1_399, 8, false), (1_400, 8, true), (5, 7, true)] {
        let (now, mut count) = (MediaTime::ZERO + Duration::from_millis(ms), false);
        guard.hear(ssrc, now, &own, || {
            count = true;
            true
        });
        assert_eq!(count, told, "at {ms}");
    }
}

#[test]
fn what_is_a_loop_is_refused_until_it_is_none() {
    let mut guard = LoopGuard::default();
    guard.set([Some(7), None]);
    assert!(guard.refuses(7) && !guard.refuses(8));
    guard.set([None, None]);
    assert!(!guard.refuses(7));
}
