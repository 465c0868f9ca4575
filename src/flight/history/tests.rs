use super::*;
use crate::rt::flight_ring;
use crate::types::TickNumber;

impl History {
    /// The number of the first tick that is kept, and how many are.
    fn ticks(&mut self) -> (Option<TickNumber>, usize) {
        let mut first = None;
        self.for_each(|record, _| {
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
    let mut history = history(1 << 20, 1_000);
    assert_eq!(history.ticks(), (Some(TickNumber(989)), 11));
    assert_eq!(history.order_before(), Some(988));
    let mut records = 0;
    history.for_each(|_, _| records += 1);
    assert_eq!(records, 33);
}

#[test]
fn its_memory_is_bounded() {
    // 46 words a tick: five ticks have room in 240.
    let mut history = history(240 * 8, 1_000);
    assert_eq!(history.ticks(), (Some(TickNumber(995)), 5));
    assert!(history.words.capacity() <= 512, "{}", history.words.capacity());
}
