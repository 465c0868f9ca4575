//! Real-time: a worker driven by hand, for tests.

use super::*;
use crate::rt::{Depot, Parcel, lane, packet_ring, shuttle};
use crate::telemetry::PhaseMeter;
use crate::telemetry::counters::WorkerGauges;
use crate::types::{MediaTime, SampleRate, TickNumber, WorkerId};
use std::sync::Arc;

pub(in crate::worker) struct Rig {
    worker: Worker,
    depot: Depot<Order, Receipt>,
    tick: u64,
}

impl Rig {
    pub(in crate::worker) fn new() -> Self {
        let (id, legs, buses) = (WorkerId(0), 4, 1);
        let plan = WorkerPlan { id, legs, buses, frame_samples: 4_800, blocks_per_tick: 1 };
        let (depot, dock) = shuttle(16);
        let seed = WorkerSeed::new(plan, dock, lane(16).0, packet_ring(4_096).0, Arc::new(WorkerGauges::default()));
        Self { worker: seed.grow(), depot, tick: 0 }
    }

    /// Carries an order out, in a tick.
    pub(in crate::worker) fn order(&mut self, verb: Verb) -> Receipt {
        self.depot.send(Order { seq: 0, verb }).unwrap();
        self.tick += 1;
        let (at, number) = (MediaTime::from_millis(self.tick * 10), TickNumber(self.tick));
        self.worker.tick(&mut TickContext::new(at, number, &mut PhaseMeter::off()));
        self.depot.collect().expect("each order is answered")
    }
}

/// A leg of PCM ports, and their other ends.
pub(in crate::worker) fn leg() -> (Parcel<Leg>, PcmWriter, PcmReader) {
    let ((writer, input), (output, reader)) = (pcm_in(SampleRate::Hz8000, 20), pcm_out(SampleRate::Hz8000, 20));
    let leg = Leg::build(LegPlan::samples(SampleRate::Hz8000, Input::Pcm(input), Output::Pcm(output)));
    (Parcel::pack(leg), writer, reader)
}
