use super::*;
use crate::flight::route_recipe::RouteRecipe;
use crate::types::MediaTime;
use crate::worker::{Route, Source};

const WORKER: WorkerId = WorkerId(0);

fn leg(index: u32) -> LegKey {
    LegKey { index, generation: 1 }
}

fn hears(seq: u32, listener: u32, speaker: u32) -> NotedOrder {
    let route = RouteRecipe::of(&Route::single(Source::Leg(leg(speaker)), true));
    order(seq, Recipe::SetRoute(leg(listener), Box::new(route)))
}

fn order(seq: u32, recipe: Recipe) -> NotedOrder {
    NotedOrder { worker: WORKER, seq, at: MediaTime::ZERO, recipe }
}

fn legs(call: &Call) -> Vec<u32> {
    call.legs.iter().map(|(_, leg)| leg.index).collect()
}

#[test]
fn others_calls_are_not_in_it() {
    let orders = [hears(0, 1, 2), hears(1, 2, 1), hears(2, 3, 4), hears(3, 4, 3), hears(4, 5, 1)];
    let call = Call::of((WORKER, leg(1)), &orders, &[None]);
    assert_eq!(legs(&call), [1, 2, 5], "who hears it is in it as well");
    assert_eq!(call.orders.len(), 3);
}

#[test]
fn who_was_heard_before_the_time_that_is_kept_is_not_in_it() {
    // 2 heard 1, and hears 3 since: the exchange is kept, or is of before.
    let orders = [hears(0, 2, 1), hears(1, 2, 3)];
    assert_eq!(legs(&Call::of((WORKER, leg(2)), &orders, &[Some(0)])), [1, 2, 3], "it began with it");
    assert_eq!(legs(&Call::of((WORKER, leg(2)), &orders, &[Some(1)])), [2, 3]);
}

#[test]
fn of_several_orders_at_one_boundary_only_its_own_are_in_it() {
    let steps = vec![Recipe::ClearRoute(leg(1)), Recipe::ClearRoute(leg(9))];
    let call = Call::of((WORKER, leg(1)), &[order(0, Recipe::Together(steps))], &[None]);
    assert_eq!(call.orders[0].recipe, Recipe::Together(vec![Recipe::ClearRoute(leg(1))]));
}
