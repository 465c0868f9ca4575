//! Real-time: what a trap does: counts, keeps a backtrace, or ends the program.

use super::*;

#[test]
fn the_first_call_is_remembered_and_the_next_is_not() {
    let _alone = alone();
    trap::arm(Response::Note);
    assert_eq!(trap::first(), None);
    let boxed = black_box(Box::new([1u8; 64]));
    only(|| {
        drop(boxed);
        drop(black_box(vec![1u8; 77]));
    });
    let first = trap::first().unwrap();
    assert_eq!((first.function, first.size), ("free", 0));
    trap::arm(Response::Note);
    only(|| drop(black_box(Vec::<u8>::with_capacity(77))));
    let first = trap::first().unwrap();
    assert_eq!((first.function, first.size), ("malloc", 77));
    trap::arm(Response::Count);
    only(|| drop(black_box(vec![1u8; 77])));
    assert_eq!(trap::first(), None);
}

#[inline(never)]
fn culprit() {
    drop(black_box(vec![1u8; 77]));
}

#[test]
fn a_backtrace_names_the_culprit_and_is_no_offence_by_itself() {
    let _alone = alone();
    trap::arm(Response::Backtrace);
    let counts = only(culprit);
    let trace = trap::first_backtrace().unwrap();
    trap::arm(Response::Count);
    assert!(trace.contains("culprit"), "{trace}");
    assert_eq!(counts, Counts { allocations: 1, frees: 1, ..Counts::default() });
    assert_eq!(trap::first_backtrace(), None);
}

#[test]
fn a_program_names_its_own_scope() {
    thread_local!(static MEDIA: std::cell::Cell<bool> = const { std::cell::Cell::new(false) });

    let _alone = alone();
    trap::set_scope(|| MEDIA.get());
    let before = trap::counts();
    only(|| drop(black_box(vec![1u8; 10])));
    assert_eq!(trap::counts(), before, "its own scope alone counts");
    MEDIA.set(true);
    drop(black_box(vec![1u8; 10]));
    MEDIA.set(false);
    let counts = trap::counts().since(before);
    trap::set_scope(trap::entered);
    assert_eq!(counts, Counts { allocations: 1, frees: 1, ..Counts::default() });
}

#[test]
fn scopes_nest() {
    let _alone = alone();
    let counts = only(|| {
        drop(trap::enter());
        drop(black_box(vec![1u8; 10]));
    });
    assert_eq!(counts.allocations, 1);
}
