//! Boundary: which SSRCs are ours, and when the supervisor is asked.

use super::*;

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
    let mut asked = |ssrc, room| {
        let mut count = 0;
        guard.hear(ssrc, &own, || {
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
fn what_is_a_loop_is_refused_until_it_is_none() {
    let mut guard = LoopGuard::default();
    guard.set([Some(7), None]);
    assert!(guard.refuses(7) && !guard.refuses(8));
    guard.set([None, None]);
    assert!(!guard.refuses(7));
}
