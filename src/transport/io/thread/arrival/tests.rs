//! I/O: the kernel's stamps brought to the engine's clock.

use crate::transport::io::thread::arrival::ArrivalClock;
use crate::types::MediaTime;

const MS: u64 = 1_000_000;
const WALL: u64 = 1_700_000_000_000 * MS;

fn ms(n: u64) -> MediaTime {
    MediaTime::from_millis(n)
}

fn turn(clock: &mut ArrivalClock, now: MediaTime, wall: u64) {
    clock.turn(now, wall, now);
}

/// A clock that has seen a turn at 100 ms, the wall clock ahead by `WALL`.
fn at(now: u64) -> ArrivalClock {
    let mut clock = ArrivalClock::default();
    turn(&mut clock, ms(1), WALL + MS);
    turn(&mut clock, ms(now), WALL + now * MS);
    clock
}

fn never() -> MediaTime {
    panic!("the clock is not read for what came before the turn")
}

#[test]
fn a_stamp_moves_to_the_monotonic_clock() {
    assert_eq!(at(100).arrival(Some(WALL + 93 * MS), ms(80), never), ms(93));
}

#[test]
fn no_arrival_before_the_socket_was_empty_or_after_now() {
    assert_eq!(at(100).arrival(Some(WALL + 70 * MS), ms(80), never), ms(80));
    assert_eq!(at(100).arrival(Some(WALL + 101 * MS), ms(80), || ms(102)), ms(101), "it came during the turn");
    assert_eq!(at(100).arrival(Some(WALL + 150 * MS), ms(80), || ms(102)), ms(102));
}

#[test]
fn no_stamp_means_now() {
    assert_eq!(at(100).arrival(None, ms(80), never), ms(100));
}

#[test]
fn a_step_of_the_wall_clock_moves_no_arrival_by_more_than_the_turn() {
    for step in [1_000 * MS, (-1_000 * MS as i64) as u64] {
        let mut clock = at(100);
        turn(&mut clock, ms(110), (WALL + 110 * MS).wrapping_add(step));
        let before = clock.arrival(Some(WALL + 105 * MS), ms(100), never);
        let after = clock.arrival(Some((WALL + 108 * MS).wrapping_add(step)), ms(100), never);
        assert!((ms(100)..=ms(110)).contains(&before) && (ms(100)..=ms(110)).contains(&after));
        turn(&mut clock, ms(120), (WALL + 120 * MS).wrapping_add(step));
        let later = clock.arrival(Some((WALL + 117 * MS).wrapping_add(step)), ms(110), never);
        assert_eq!(later, ms(117), "from the next turn on stamps are believed again");
    }
}

#[test]
fn clocks_read_with_an_interruption_between_are_not_compared() {
    let mut clock = at(100);
    clock.turn(ms(105), WALL + 105 * MS, ms(110));
    assert_eq!(clock.arrival(Some(WALL + 104 * MS), ms(100), never), ms(104));
}
