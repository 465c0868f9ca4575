use super::*;
use crate::flight::recipe::BusRecipe;
use crate::types::{LegKey, SampleRate};

fn order(recipe: Recipe) -> FileOrder {
    FileOrder { worker: WorkerId(0), seq: 0, before: false, recipe }
}

fn tap(index: u32) -> FileOrder {
    order(Recipe::Tap { key: LegKey { index, generation: 1 }, rate: SampleRate::Hz8000 })
}

fn bus(number: u32, seats: usize) -> FileOrder {
    order(Recipe::SetBus(
        number,
        BusRecipe { rate: SampleRate::Hz8000, seats, number: 0, rates: Vec::new(), look: None },
    ))
}

#[test]
fn a_call_has_the_places_that_it_names() {
    let none = Room { legs: 1, buses: 1, at_once: 1 };
    assert_eq!(Room::of(&[], 1), Ok(none));
    assert_eq!(Room::of(&[tap(7), tap(3), bus(4, 10)], 2), Ok(Room { legs: 8, buses: 5, at_once: 3 }));
    // Frames are for legs that are there, not for places before them.
    assert_eq!(Room::of(&[tap(99_999)], 1), Ok(Room { legs: 100_000, buses: 1, at_once: 2 }));
}

#[test]
fn a_file_cannot_ask_for_more_than_an_engine_has() {
    let refused = |orders: &[FileOrder], workers| matches!(Room::of(orders, workers), Err(FlightError::Damaged(_)));
    assert!(refused(&[tap(u32::MAX)], 1) && refused(&[bus(u32::MAX, 1)], 1));
    // Each of them by itself would do.
    let most = tap(MOST_PLACES as u32 / 4);
    assert!(!refused(std::slice::from_ref(&most), 3) && refused(&[most], 4));
    assert!(refused(&[bus(0, usize::MAX), bus(1, usize::MAX)], 1) && refused(&[bus(0, MOST_SEATS), bus(1, 1)], 1));
    assert!(refused(&[], MOST_WORKERS + 1));
}

#[test]
fn no_tick_is_beyond_the_end_of_time() {
    let at = |number, now| vec![(WorkerId(0), vec![Step { number, now, ..Step::default() }])];
    assert_eq!(check_ticks(&at(TickNumber(1), MediaTime::from_millis(10))), Ok(()));
    assert!(check_ticks(&at(TickNumber(u64::MAX), MediaTime::ZERO)).is_err());
    assert!(check_ticks(&at(TickNumber(1), MediaTime::from_nanos(u64::MAX))).is_err());
}
