//! Control: what a session has to do with in the time that is kept: whom it hears and who hears it, and what was ordered of them.

use super::recipe::{NotedOrder, Recipe};
use crate::types::{LegKey, WorkerId};
use std::collections::{BTreeMap, BTreeSet};

/// A place in a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Leg(WorkerId, LegKey),
    Bus(WorkerId, u32),
}

/// The legs of a call, and the orders that were about them.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) legs: BTreeSet<(WorkerId, LegKey)>,
    pub(crate) orders: Vec<NotedOrder>,
}

impl Call {
    /// That of a leg, among all orders in the order in which they were posted; `before` says of each worker which order was applied
    /// last before the time that is kept.
    pub(crate) fn of(leg: (WorkerId, LegKey), orders: &[NotedOrder], before: &[Option<u32>]) -> Self {
        let kept = |worker: WorkerId, seq| !is_before(seq, before.get(worker.as_usize()).copied().flatten());
        let joined = joined(orders, kept);
        let mut found = BTreeSet::from([Place::Leg(leg.0, leg.1)]);
        let mut next = vec![Place::Leg(leg.0, leg.1)];
        while let Some(place) = next.pop() {
            for other in joined.get(&place).into_iter().flatten() {
                if found.insert(*other) {
                    next.push(*other);
                }
            }
        }
        let concerns = |worker: WorkerId, step: &Recipe| {
            let leg = step.leg().map(|leg| Place::Leg(worker, leg));
            let bus = step.bus().map(|bus| Place::Bus(worker, bus));
            matches!(step, Recipe::Shed(_)) || [leg, bus].iter().flatten().any(|place| found.contains(place))
        };
        let own = |order: &NotedOrder| {
            let steps: Vec<_> =
                order.recipe.steps().iter().filter(|step| concerns(order.worker, step)).cloned().collect();
            let recipe = match steps.len() {
                0 => return None,
                _ if matches!(order.recipe, Recipe::Together(_)) => Recipe::Together(steps),
                _ => order.recipe.clone(),
            };
            Some(NotedOrder { recipe, ..order.clone() })
        };
        let legs = found.iter().filter_map(|place| match *place {
            Place::Leg(worker, leg) => Some((worker, leg)),
            Place::Bus(..) => None,
        });
        Self { legs: legs.collect(), orders: orders.iter().filter_map(own).collect() }
    }
}

/// Whether an order was applied by the time of another.
pub(super) fn is_before(seq: u32, last: Option<u32>) -> bool {
    last.is_some_and(|last| last.wrapping_sub(seq) as i32 >= 0)
}

/// Which places hear each other, or did in the time that is kept.
fn joined(orders: &[NotedOrder], kept: impl Fn(WorkerId, u32) -> bool) -> BTreeMap<Place, BTreeSet<Place>> {
    // Of what was exchanged before, the last holds.
    let mut in_force: BTreeMap<(Place, u32), Vec<Place>> = BTreeMap::new();
    let mut joined: BTreeMap<Place, BTreeSet<Place>> = BTreeMap::new();
    let mut join = |a: Place, b: Place| {
        joined.entry(a).or_default().insert(b);
        joined.entry(b).or_default().insert(a);
    };
    for order in orders {
        let worker = order.worker;
        for step in order.recipe.steps() {
            let (place, number, with) = match step {
                Recipe::Arrive { key, from } => {
                    join(Place::Leg(worker, *key), Place::Leg(from.0, from.1));
                    continue;
                }
                Recipe::SetRoute(key, route) => {
                    let (legs, buses) = route.names();
                    let legs = legs.into_iter().map(|leg| Place::Leg(worker, leg));
                    let with = legs.chain(buses.into_iter().map(|bus| Place::Bus(worker, bus))).collect();
                    (Place::Leg(worker, *key), u32::MAX, with)
                }
                Recipe::ClearRoute(key) | Recipe::Remove(key) => (Place::Leg(worker, *key), u32::MAX, Vec::new()),
                Recipe::SetMember(bus, seat, member) => {
                    (Place::Bus(worker, *bus), *seat, vec![Place::Leg(worker, member.leg)])
                }
                Recipe::ClearMember(bus, seat) => (Place::Bus(worker, *bus), *seat, Vec::new()),
                _ => continue,
            };
            if kept(worker, order.seq) {
                with.into_iter().for_each(|other| join(place, other));
            } else {
                in_force.insert((place, number), with);
            }
        }
    }
    for ((place, _), with) in in_force {
        with.into_iter().for_each(|other| join(place, other));
    }
    joined
}

#[cfg(test)]
mod tests;
