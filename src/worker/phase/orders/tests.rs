//! Real-time: an order is for the leg of its generation, or for none.

use super::*;
use crate::worker::Switch;
use crate::worker::rig::{Rig, leg};

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
