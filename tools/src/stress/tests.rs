//! Control: the stress in its short form.

use super::args::{Mode, StressArgs};
use super::run::{Outcome, is_flat, run};
use crate::soak::memory::{Growth, Memory};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was not freed is counted for the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn args(seconds: u32, seed: u64) -> StressArgs {
    StressArgs { seconds, seed, only: None, callers: 4, every: 3_600, json: false }
}

fn check(outcome: &Outcome, verbs: &[&str]) {
    assert_eq!(outcome.wrong, 0, "{:#?}", outcome.findings);
    let of = |verb: &str| outcome.answers.get(verb).map_or((0, 0), |answers| (answers.done, answers.refused));
    for &verb in verbs {
        let (done, refused) = of(verb);
        assert!(done > 0 && refused > 0, "{verb}: {done} done, {refused} refused");
    }
}

/// What is refused for the state of the engine is; nothing else where nothing is wrong with the request.
fn check_creates(outcome: &Outcome) {
    let creates = &outcome.answers["create"];
    assert!(creates.done > creates.refused, "{creates:#?}");
    assert_eq!(creates.kinds.values().sum::<u64>(), creates.refused);
}

#[test]
fn memory_that_only_the_system_sees_is_judged_too() {
    let of = |resident_kib, live, live_octets| Memory { resident_kib, live, live_octets, calls: 0 };
    let grown = |after| is_flat(&Growth { before: of(60_000, 100, 9_000), after });
    assert!(grown(of(70_000, 130, 9_900)));
    // A thread's stack of each of 60 engines; allocations; octets in them.
    assert!(!grown(of(60_000 + 60 * 512, 100, 9_000)) && !grown(of(60_000, 200, 9_000)));
    assert!(!grown(of(60_000, 100, 90_000)));
}

#[test]
fn anything_in_any_order_on_virtual_time() {
    let _alone = alone();
    let outcome = run(&Mode::Virtual(args(60, 6)), |_, _, _| {}).unwrap();
    check(&outcome, &["create", "update", "bridge", "join", "update_conference", "destroy", "move_to"]);
    check_creates(&outcome);
    assert!(outcome.balanced > 0, "{} sessions balanced", outcome.balanced);
    assert!(outcome.rooms.1 > 0, "members share no encoder: {:?}", outcome.rooms);
}

#[test]
fn anything_in_any_order_on_real_threads() {
    let _alone = alone();
    let outcome = run(&Mode::Real(args(2, 5)), |_, _, _| {}).unwrap();
    check(&outcome, &["create", "destroy"]);
}
