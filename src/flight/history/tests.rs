use super::*;
use crate::rt::flight_ring;
use crate::types::TickNumber;

impl History {
    /// The number of the first tick that is kept, and how many are.
    fn ticks(&self) -> (Option<TickNumber>, usize) {
        let mut first = None;
        self.copy().for_each(|record, _| {
            if let FlightRecord::Tick { number, .. } = record {
                first.get_or_insert(number);
            }
        });
        (first, self.ticks.len())
    }
}

/// Ticks of 10 ms from number `from` on, each with the order of its number, into a history that keeps 100 ms.
fn history(octets: usize, ticks: u64) -> History {
    let mut history = History::new(Duration::from_millis(100), octets);
    let (mut tx, mut rx) = flight_ring(0, true);
    for n in 0..ticks {
        tx.tick(TickNumber(n), MediaTime::from_millis(n * 10));
        tx.order(n as u32);
        tx.samples(0, &[0.5; 80]);
        rx.drain(|words| history.take(words));
    }
    history
}

#[test]
fn the_last_of_it_is_kept() {
    let history = history(1 << 20, 1_000);
    assert_eq!(history.ticks(), (Some(TickNumber(989)), 11));
    assert_eq!(history.order_before(), Some(988));
    let mut records = 0;
    history.copy().for_each(|_, _| records += 1);
    assert_eq!(records, 33);
}

#[test]
fn its_memory_is_bounded() {
    // 46 words a tick: five ticks have room in 240.
    let history = history(240 * 8, 1_000);
    assert_eq!(history.ticks(), (Some(TickNumber(995)), 5));
    assert!(history.words.capacity() <= 240 + FlightHead::MOST_WORDS, "{}", history.words.capacity());
}

#[test]
fn a_tick_that_has_no_room_is_not_kept_and_those_after_it_are() {
    let mut history = History::new(Duration::from_millis(100), 240 * 8);
    let (mut tx, mut rx) = flight_ring(1 << 16, true);
    let mut ticks = 0;
    let mut tick = |history: &mut History, legs: u32, drains: bool| {
        tx.tick(TickNumber(ticks), MediaTime::from_millis(ticks * 10));
        for leg in 0..legs {
            tx.samples(leg, &[0.5; 80]);
            if drains {
                rx.drain(|words| history.take(words));
            }
        }
        tx.order(ticks as u32);
        rx.drain(|words| history.take(words));
        ticks += 1;
        assert!(history.words.capacity() <= 240 + FlightHead::MOST_WORDS, "{}", history.words.capacity());
    };
    for (legs, drains) in [(1, false), (20, false), (1, false), (1, true), (20, true), (1, false), (1, true)] {
        tick(&mut history, legs, drains);
    }
    assert_eq!(history.ticks(), (Some(TickNumber(5)), 2));
    assert_eq!(history.order_before(), Some(4), "of the tick that was not kept");
    let mut records = 0;
    history.copy().for_each(|_, _| records += 1);
    assert_eq!(records, 6);
}
