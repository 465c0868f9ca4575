//! Real-time: an order is for the leg of its generation, or for none.

use super::super::{
    Input, LegGauges, LegPlan, Output, PcmReader, PcmWriter, Switch, WorkerGauges, WorkerPlan, WorkerSeed, pcm_in,
    pcm_out,
};
use super::*;
use crate::rt::{Depot, TickContext, lane, packet_ring, shuttle};
use crate::telemetry::PhaseMeter;
use crate::types::{BindingKey, PortId, SampleRate, WorkerId};
use crate::worker::Order;
use std::sync::Arc;

struct Rig {
    worker: Worker,
    depot: Depot<Order, Receipt>,
    tick: u64,
}

impl Rig {
    fn new() -> Self {
        let (id, legs, buses) = (WorkerId(0), 4, 1);
        let plan = WorkerPlan { id, legs, buses, frame_samples: 4_800, blocks_per_tick: 1 };
        let (depot, dock) = shuttle(16);
        let seed = WorkerSeed::new(plan, dock, lane(16).0, packet_ring(4_096).0, Arc::new(WorkerGauges::default()));
        Self { worker: seed.grow(), depot, tick: 0 }
    }

    fn order(&mut self, verb: Verb) -> Receipt {
        self.depot.send(Order { seq: 0, verb }).unwrap();
        self.tick += 1;
        let (at, number) = (MediaTime::from_millis(self.tick * 10), TickNumber(self.tick));
        self.worker.tick(&mut TickContext::new(at, number, &mut PhaseMeter::off()));
        self.depot.collect().expect("each order is answered")
    }
}

fn leg() -> (Parcel<Leg>, PcmWriter, PcmReader) {
    let ((writer, input), (output, reader)) = (pcm_in(SampleRate::Hz8000, 20), pcm_out(SampleRate::Hz8000, 20));
    let leg = Leg::build(LegPlan {
        rate: SampleRate::Hz8000,
        input: Input::Pcm(input),
        output: Output::Pcm(output),
        events: None,
        inward_payload_type: 0,
        port: PortId(0),
        binding: BindingKey { index: 0, generation: 0 },
        ssrc: 0,
        sequence: 0,
        timestamp: 0,
        gauges: Arc::new(LegGauges::default()),
        processor: None,
        held: (false, false),
    });
    (Parcel::pack(leg), writer, reader)
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
