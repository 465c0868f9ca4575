//! Pure: which old orders are of use still: a replay begins with what they left in force.

use super::recipe::{NotedOrder, Recipe};
use crate::types::{LegKey, WorkerId};
use crate::worker::Switch;
use std::collections::HashSet;
use std::mem::Discriminant;

/// What an order sets, until another sets it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Setting {
    Route(LegKey),
    Seat(u32, u32),
    Switch(LegKey, Discriminant<Switch>),
    Shedding,
}

impl Setting {
    fn of(step: &Recipe) -> Option<Self> {
        match step {
            Recipe::SetRoute(key, _) | Recipe::ClearRoute(key) => Some(Self::Route(*key)),
            Recipe::SetMember(bus, seat, _) | Recipe::ClearMember(bus, seat) => Some(Self::Seat(*bus, *seat)),
            Recipe::Set(key, switch) => Some(Self::Switch(*key, std::mem::discriminant(switch))),
            Recipe::Shed(_) => Some(Self::Shedding),
            _ => None,
        }
    }
}

/// Of each of these orders, which are all older than what is kept, whether it bears on what came after them. Orders come without
/// end (joins of a room, gains, holds), and those that do not must not push out what living legs were made of.
pub(crate) fn in_force(orders: &[NotedOrder]) -> Vec<bool> {
    let ended = ended(orders);
    let (mut cleared, mut anew) = (HashSet::new(), HashSet::new());
    let mut bears = |worker: WorkerId, step: &Recipe| {
        let over = step.leg().is_some_and(|leg| ended.contains(&(worker, leg)));
        let over = over || step.bus().is_some_and(|bus| cleared.contains(&(worker, bus)));
        let over = over || Setting::of(step).is_some_and(|setting| !anew.insert((worker, setting)));
        match step {
            Recipe::ClearBus(bus) => {
                cleared.insert((worker, *bus));
                false
            }
            Recipe::Dial { .. } | Recipe::Nothing => false,
            _ => !over,
        }
    };
    let newest_first = orders.iter().rev();
    let mut found: Vec<bool> = newest_first
        .map(|order| order.recipe.steps().iter().rev().fold(false, |any, step| bears(order.worker, step) || any))
        .collect();
    found.reverse();
    found
}

/// Legs that were removed, at all places where they were before.
fn ended(orders: &[NotedOrder]) -> HashSet<(WorkerId, LegKey)> {
    let mut ended = HashSet::new();
    for order in orders.iter().rev() {
        for step in order.recipe.steps().iter().rev() {
            match step {
                Recipe::Remove(key) => {
                    ended.insert((order.worker, *key));
                }
                Recipe::Arrive { key, from } if ended.contains(&(order.worker, *key)) => {
                    ended.insert(*from);
                }
                _ => {}
            }
        }
    }
    ended
}

#[cfg(test)]
mod tests;
