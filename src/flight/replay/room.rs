//! Control: how much memory a file may ask a replay for, whatever it says: numbers in it are not those of an engine until they
//! were looked at.

use super::steps::Step;
use crate::error::FlightError;
use crate::flight::file::FileOrder;
use crate::flight::recipe::Recipe;
use crate::types::{MediaTime, TickNumber, WorkerId};

/// Workers of an engine.
const MOST_WORKERS: usize = 16;
/// Places of legs, and of buses, of all workers together.
const MOST_PLACES: usize = 1 << 20;
/// Seats of all buses that are ordered.
const MOST_SEATS: usize = 1 << 20;
/// 89 million years of ticks; and as much time, within what a duration takes.
const LAST: u64 = 1 << 48;
const END: MediaTime = MediaTime::from_nanos(1 << 62);

/// The places of each worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// Places of legs.
    pub(super) legs: usize,
    /// Places of mix buses.
    pub(super) buses: usize,
    /// Legs that are there at a time, at most.
    pub(super) at_once: usize,
}

impl Room {
    /// What those orders need.
    pub(super) fn of(orders: &[FileOrder], workers: usize) -> Result<Self, FlightError> {
        let (mut room, mut seats) = (Self { legs: 1, buses: 1, at_once: 1 }, 0_usize);
        for step in orders.iter().flat_map(|order| order.recipe.steps()) {
            let place = |index: u32| index as usize + 1;
            room.legs = step.leg().map_or(room.legs, |leg| room.legs.max(place(leg.index())));
            room.buses = step.bus().map_or(room.buses, |bus| room.buses.max(place(bus)));
            match step {
                Recipe::Insert { .. } | Recipe::Tap { .. } | Recipe::Arrive { .. } => room.at_once += 1,
                Recipe::SetBus(_, bus) => seats = seats.saturating_add(bus.seats),
                _ => {}
            }
        }
        room.at_once = room.at_once.min(room.legs);
        let places = room.legs.max(room.buses).saturating_mul(workers);
        match workers <= MOST_WORKERS && places <= MOST_PLACES && seats <= MOST_SEATS {
            true => Ok(room),
            false => Err(FlightError::Damaged("more workers, places or seats than an engine has".to_owned())),
        }
    }
}

/// Whether ticks are such as an engine may have had.
pub(super) fn check_ticks(all: &[(WorkerId, Vec<Step<'_>>)]) -> Result<(), FlightError> {
    let beyond = |step: &Step<'_>| step.number > TickNumber(LAST) || step.now > END;
    match all.iter().any(|(_, steps)| steps.iter().any(beyond)) {
        true => Err(FlightError::Damaged("a tick that no engine gets to".to_owned())),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
