//! Real-time: legs whose silence is told: what they say in a block is noted in phase 3 ([`process`](super::process)), and
//! judged at its end, whether anything came or not.

use crate::rt::SlotWalk;
use crate::types::{LegKey, TickNumber};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::leg::{SilencePlan, SilenceWatch, WorkerEvent};
use crate::worker::phase::orders::{Applied, done};
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn set_silence(
        &mut self,
        key: LegKey,
        plan: Option<SilencePlan>,
        tick: TickNumber,
    ) -> Applied {
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        body.silence = plan.map(|plan| SilenceWatch::new(plan, tick));
        head.switches.silence = plan.is_some();
        match plan.is_some() {
            true => self.sets.watched.insert(key.index),
            false => self.sets.watched.remove(key.index),
        }
        done(None)
    }

    /// The end of a block, for all legs whose silence is told.
    pub(in crate::worker) fn judge_silence(&mut self, tick: TickNumber) {
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.watched) {
            let Some((head, body)) = self.legs.get(index) else { continue };
            let leg = LegKey { index, generation: head.generation };
            if let Some(watch) = &mut body.silence {
                watch.step(tick);
                watch.tell(|what| self.events.post(WorkerEvent { leg, tick, what }));
            }
        }
    }
}
