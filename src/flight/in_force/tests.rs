use super::*;
use crate::flight::route_recipe::RouteRecipe;
use crate::types::{Gain, MediaTime, SampleRate};
use crate::worker::{Member, Route, Source};

const HERE: WorkerId = WorkerId(0);
const THERE: WorkerId = WorkerId(1);

fn leg(index: u32) -> LegKey {
    LegKey { index, generation: 1 }
}

fn made(key: LegKey) -> Recipe {
    Recipe::Tap { key, rate: SampleRate::Hz8000 }
}

fn kept(orders: Vec<(WorkerId, Recipe)>) -> Vec<usize> {
    let noted = |(seq, (worker, recipe)): (usize, (WorkerId, Recipe))| NotedOrder {
        worker,
        seq: seq as u32,
        at: MediaTime::ZERO,
        recipe,
    };
    let orders: Vec<_> = orders.into_iter().enumerate().map(noted).collect();
    (0..).zip(in_force(&orders)).filter_map(|(n, needed)| needed.then_some(n)).collect()
}

fn hears(listener: u32, speaker: u32) -> Recipe {
    Recipe::SetRoute(leg(listener), Box::new(RouteRecipe::of(&Route::single(Source::Leg(leg(speaker)), true))))
}

#[test]
fn of_what_is_set_again_and_again_the_last_is_in_force() {
    let gain = |db: f32| Recipe::Set(leg(1), Switch::Gain(Gain::linear(db).unwrap()));
    let orders =
        [made(leg(1)), gain(0.1), Recipe::Set(leg(1), Switch::Mute(true)), gain(0.2), hears(1, 2), hears(1, 3)];
    assert_eq!(kept(orders.map(|recipe| (HERE, recipe)).into()), [0, 2, 3, 5]);
    assert_eq!(kept(vec![(HERE, gain(0.1)), (THERE, gain(0.2))]), [0, 1], "another worker's leg");
}

#[test]
fn a_room_that_is_over_leaves_nothing() {
    let member = |leg| Member { leg, speaks: true, gain: Gain::UNITY };
    let bus = |number| {
        Recipe::SetBus(
            number,
            crate::flight::BusRecipe { rate: SampleRate::Hz8000, seats: 8, number: 0, rates: Vec::new(), look: None },
        )
    };
    let orders = [
        bus(4),
        Recipe::SetMember(4, 0, member(leg(1))),
        Recipe::ClearBus(4),
        // The number is given out again; members come and go at its seats.
        bus(4),
        Recipe::SetMember(4, 0, member(leg(1))),
        Recipe::ClearMember(4, 0),
        Recipe::SetMember(4, 0, member(leg(2))),
        Recipe::SetMember(4, 1, member(leg(3))),
    ];
    assert_eq!(kept(orders.map(|recipe| (HERE, recipe)).into()), [3, 6, 7]);
}

#[test]
fn a_leg_that_moved_ends_everywhere() {
    let moved = |last| {
        vec![
            (HERE, made(leg(1))),
            (HERE, Recipe::Depart(leg(1))),
            (THERE, Recipe::Arrive { key: leg(5), from: (HERE, leg(1)) }),
            (HERE, Recipe::Forget(leg(1))),
            (THERE, last),
        ]
    };
    assert_eq!(kept(moved(Recipe::Remove(leg(5)))), [0; 0]);
    assert_eq!(kept(moved(Recipe::Remove(leg(6)))), [0, 1, 2, 3], "it lives");
}
