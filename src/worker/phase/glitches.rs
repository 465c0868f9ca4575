//! Real-time: the end of a block: what was heard that was not said, or not heard that was, is told with its cause.
//!
//! A leg at which nothing happens is not visited. What finds the lane full stays at its leg, where what follows joins it.

use crate::quality::GlitchCause;
use crate::rt::SlotWalk;
use crate::types::{BLOCK_MS, LegKey, MediaTime, TickNumber};
use crate::worker::leg::{GlitchRecord, Input, LIMITS, Output, WorkerEvent, WorkerEventKind};
use crate::worker::state::Worker;

/// Places of the event lane that glitches leave to facts and levels.
const GLITCHES_LEAVE: usize = 1_536;

impl Worker {
    /// What an output lost in its block of `tick`: to whoever reads it, or to its prompts.
    pub(in crate::worker) fn note_output(&mut self, index: u32, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        if let Output::Pcm(port) = &mut body.output {
            let lost = port.take_lost();
            if lost > 0 {
                body.glitches.note(GlitchRecord::dry(GlitchCause::StalledReader, tick + 1, lost).outward());
                self.sets.glitched.insert(index);
            }
        }
        if head.output.playing && !body.glitches.is_empty() {
            self.sets.glitched.insert(index);
        }
    }

    /// A limiter's gain after a block of what a leg hears.
    pub(in crate::worker) fn note_limit(&mut self, index: u32, tick: TickNumber, gain: f32) {
        if gain < LIMITS
            && let Some((_, body)) = self.legs.get(index)
        {
            body.glitches.limit(tick, gain);
            self.sets.glitched.insert(index);
        }
    }

    /// Ticks were skipped, the first of them at `from`: whoever speaks or hears something missed them.
    pub(in crate::worker) fn note_skipped(&mut self, from: TickNumber, blocks: u64) {
        let us = u32::try_from(blocks * u64::from(BLOCK_MS) * 1_000).unwrap_or(u32::MAX);
        // They are found anew for each block.
        self.sets.outputs.clear();
        self.sets.outputs.union_with(&self.sets.live);
        self.sets.outputs.union_with(&self.sets.connected);
        self.sets.outputs.union_with(&self.sets.playing);
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.outputs) {
            let Some((head, body)) = self.legs.get(index) else { continue };
            if head.switches.hold_inward && head.switches.hold_outward {
                continue;
            }
            body.glitches.note(GlitchRecord::at(GlitchCause::LateTick, from, us));
            self.sets.glitched.insert(index);
        }
    }

    /// Tells what is over, and what lasts.
    pub(in crate::worker) fn report_glitches(&mut self, now: MediaTime, tick: TickNumber) {
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.glitched) {
            let Some((head, body)) = self.legs.get(index) else {
                self.sets.glitched.remove(index);
                continue;
            };
            let leg = LegKey { index, generation: head.generation };
            let mut quiet = true;
            let present = if let Input::Rtp(receive) = &mut body.input { Some(&mut **receive) } else { None };
            let former = body.former.as_mut().filter(|former| !former.settled).map(|former| &mut *former.path);
            for path in [former, present].into_iter().flatten() {
                if let Some(stretched) = path.take_stretched(tick) {
                    body.glitches.note(stretched);
                }
                while self.events.has_room(GLITCHES_LEAVE)
                    && let Some(hole) = path.take_hole(tick)
                {
                    self.events.post(WorkerEvent { leg, tick, what: WorkerEventKind::Glitch(hole.timed(tick, now)) });
                }
                quiet &= !path.has_holes();
            }
            while self.events.has_room(GLITCHES_LEAVE)
                && let Some(glitch) = body.glitches.take(tick)
            {
                self.events.post(WorkerEvent { leg, tick, what: WorkerEventKind::Glitch(glitch.timed(tick, now)) });
            }
            let missed = body.glitches.missed();
            body.counters.glitches_missed = u64::from(missed);
            if quiet && body.glitches.is_empty() {
                self.sets.glitched.remove(index);
            }
        }
    }
}
