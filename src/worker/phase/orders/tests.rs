//! Real-time: an order is for the leg of its generation, or for none.

use super::*;
use crate::worker::rig::{Rig, leg};
use crate::worker::{Switch, Together, TogetherStep};

/// Each has its own outcome and what it brings home; a list in the list is none.
#[test]
fn several_orders_are_applied_in_one_tick_each_with_an_answer_of_its_own() {
    let mut rig = Rig::new();
    let key = LegKey { index: 2, generation: 7 };
    let step = |verb| TogetherStep { verb: Some(verb), outcome: Outcome::Stale, cargo: Cargo::None };
    let (parcel, _writer, _reader) = leg();
    let inner = Verb::Together(Parcel::pack(Together { steps: Box::new([step(Verb::Publish(key))]) }));
    let other = LegKey { generation: 8, ..key };
    let verbs = [Verb::Insert(key, parcel), Verb::Publish(other), inner, Verb::Remove(key), Verb::Publish(key)];
    let together = Together { steps: verbs.map(step).into() };
    let home = rig.order(Verb::Together(Parcel::pack(together)));
    let Cargo::Together(together) = home.cargo else { panic!("{home:?}") };
    let outcomes: Vec<_> = together.steps.iter().map(|step| (step.outcome, step.verb.is_none())).collect();
    use Outcome::{Done, NoRoom, Stale};
    assert_eq!(outcomes, [(Done, true), (Stale, true), (NoRoom, true), (Done, true), (Stale, true)]);
    assert!(matches!(together.steps[3].cargo, Cargo::Leg(_)) && home.outcome == Done);
}

#[test]
fn orders_for_another_generation_are_stale() {
    let mut rig = Rig::new();
    let key = |generation| LegKey { index: 2, generation };
    let (parcel, _writer, _reader) = leg();
    assert_eq!(rig.order(Verb::Insert(key(7), parcel)).outcome, Outcome::Done);
    for generation in [6, 8] {
        let other = key(generation);
        for verb in [
            Verb::Publish(other),
            Verb::Set(other, Switch::Mute(true)),
            Verb::ClearRoute(other),
            Verb::TakeFormer(other),
            Verb::SetEvents(other, None),
            Verb::Forget(other),
            Verb::Depart(other),
            Verb::Remove(other),
        ] {
            let what = format!("{verb:?}");
            assert_eq!(rig.order(verb).outcome, Outcome::Stale, "generation {generation}: {what}");
        }
        let (parcel, _writer, _reader) = leg();
        let refused = rig.order(Verb::Insert(other, parcel));
        assert!(matches!(refused.cargo, Cargo::Leg(_)) && refused.outcome == Outcome::NoRoom, "the place is taken");
    }
    let home = rig.order(Verb::Remove(key(7)));
    let Cargo::Leg(leg) = home.cargo else { panic!("{home:?}") };
    assert!(home.outcome == Outcome::Done && !leg.head.switches.mute);
    assert_eq!(rig.order(Verb::Remove(key(7))).outcome, Outcome::Stale);
}
