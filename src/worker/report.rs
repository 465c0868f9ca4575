//! Real-time: the end of a block and of a tick: slots go back, facts and numbers go out, ports are woken.

use super::event::{Facts, WorkerEvent, WorkerEventKind};
use super::leg::{Input, LegBody};
use super::tick::Worker;
use crate::rt::pop_lowest;
use crate::types::{LegKey, TickNumber};

/// Blocks between two publications of a live leg's counters.
const PUBLISH_BLOCKS: u64 = 16;

impl Worker {
    /// Takes back what the block used.
    pub(super) fn end_block(&mut self, tick: TickNumber) {
        for batch in 0..self.live.batches() {
            let mut bits = self.live.batch(batch);
            while let Some(bit) = pop_lowest(&mut bits) {
                let index = batch as u32 * 64 + bit;
                let Some((head, body)) = self.legs.get(index) else { continue };
                (head.frame, head.bus_frame) = (None, None);
                head.share = None;
                if (tick.0 + u64::from(index)).is_multiple_of(PUBLISH_BLOCKS) {
                    body.publish();
                }
            }
        }
    }

    /// Posts the facts that wait and publishes the worker's own numbers.
    pub(super) fn report(&mut self, tick: TickNumber) {
        super::planted::spend(crate::telemetry::Phase::Report);
        for batch in 0..self.unreported.batches() {
            let mut bits = self.unreported.batch(batch);
            while let Some(bit) = pop_lowest(&mut bits) {
                let index = batch as u32 * 64 + bit;
                let Some(head) = self.legs.heads.get_mut(index as usize) else { continue };
                let leg = LegKey { index, generation: head.generation };
                let what = WorkerEventKind::Facts(Facts(head.facts));
                // A full lane keeps the facts here: they are posted again next tick.
                if self.events.post(WorkerEvent { leg, tick, what }) {
                    head.facts = 0;
                    self.unreported.remove(index);
                }
            }
        }
        self.counters.shed_level = u64::from(self.shed.steps());
        self.counters.legs = self.legs.occupied;
        self.counters.live_legs = u64::from(self.live.count());
        self.counters.notices_missed = self.events.missed();
        self.counters.no_frame_slot = self.frames.refused();
        self.gauges.publish(&self.counters);
    }

    /// Wakes the threads of the ports that got packets: one write each, at most once a tick.
    pub(super) fn wake_ports(&mut self) {
        for port in self.ports.iter_mut().flatten() {
            if std::mem::take(&mut port.dirty)
                && let Some(wake) = &port.wake
            {
                wake.wake();
            }
        }
    }
}

impl LegBody {
    /// Writes what could not be played where anyone may read it: a leg that takes nothing else has no other time for it.
    pub(super) fn publish_unplayable(&self) {
        let (from, to) = (&self.counters, &self.gauges);
        to.unknown_payload_type.set(from.unknown_payload_type);
        to.bad_payload.set(from.bad_payload);
        to.unplayable_type.set(from.unplayable_type);
        to.unplayable_octets.set(from.unplayable_octets);
    }

    /// Writes the counters where anyone may read them.
    pub(super) fn publish(&mut self) {
        if let Input::Rtp(receive) = &self.input {
            receive.count_into(&mut self.counters);
        }
        self.gauges.publish(&self.counters);
        if let Some(processor) = &self.processor {
            processor.publish();
        }
    }
}
