//! Real-time: the end of a block and of a tick: slots go back, facts and numbers go out, ports are woken.

use crate::rt::SlotWalk;
use crate::types::{LegKey, TickNumber};
use crate::worker::leg::{Facts, WorkerEvent, WorkerEventKind};
use crate::worker::state::Worker;

/// Blocks between two publications of a live leg's counters.
const PUBLISH_BLOCKS: u64 = 16;
/// Legs that are not heard are looked at in as many parts as a second has ticks, one each tick: so many blocks.
const IDLE_BLOCKS: u64 = 100;

impl Worker {
    /// Takes back what the block used.
    pub(in crate::worker) fn end_block(&mut self, tick: TickNumber) {
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.live) {
            let Some((head, body)) = self.legs.get(index) else { continue };
            (head.source.frame, head.source.bus_frame) = (None, None);
            head.source.share = None;
            if (tick.0 + u64::from(index)).is_multiple_of(PUBLISH_BLOCKS) {
                body.counters.as_of_block = tick.0;
                body.publish();
            }
        }
    }

    /// Publishes the counters of legs that are not heard, a part of them each tick and each once a second: one of which no
    /// packet was ever good has figures too.
    fn publish_idle(&mut self, tick: TickNumber) {
        let blocks = u64::from(self.blocks_per_tick.max(1));
        let parts = (IDLE_BLOCKS / blocks).max(1);
        let part = tick.0 / blocks % parts;
        for index in (part as u32..self.legs.heads.len() as u32).step_by(parts as usize) {
            if let Some((_, body)) = self.legs.get(index).filter(|(head, _)| !head.source.live) {
                body.counters.as_of_block = tick.0;
                body.publish();
            }
        }
    }

    /// Posts the facts that wait and publishes the worker's own numbers.
    pub(in crate::worker) fn report(&mut self, tick: TickNumber) {
        crate::worker::planted::spend(crate::telemetry::Phase::Report);
        self.publish_idle(tick);
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.unreported) {
            let Some(head) = self.legs.heads.get_mut(index as usize) else { continue };
            let leg = LegKey { index, generation: head.generation };
            let what = WorkerEventKind::Facts(Facts(head.facts));
            // A full lane keeps the facts here: they are posted again next tick.
            if self.events.post(WorkerEvent { leg, tick, what }) {
                head.facts = 0;
                self.sets.unreported.remove(index);
            }
        }
        self.counters.shed_level = u64::from(self.shed.steps());
        self.counters.legs = self.legs.occupied;
        self.counters.live_legs = u64::from(self.sets.live.count());
        self.counters.notices_missed = self.events.missed();
        self.counters.no_frame_slot = self.frames.refused();
        self.gauges.publish(&self.counters);
    }

    /// Wakes the threads of the ports that got packets: one write each, at most once a tick.
    pub(in crate::worker) fn wake_ports(&mut self) {
        for port in self.ports.iter_mut().flatten() {
            if std::mem::take(&mut port.dirty)
                && let Some(wake) = &port.wake
            {
                wake.wake();
            }
        }
    }
}
