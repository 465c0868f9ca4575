//! Real-time: the order of a tick's phases.

use crate::telemetry::{HistogramSet, Phase};
use crate::types::{BLOCK_MS, MediaTime, TickNumber, WorkerId};
use crate::worker::TickContext;
use crate::worker::leg::Telling;
use crate::worker::phase::contain;
use crate::worker::state::Worker;

impl Worker {
    /// Runs one tick. Real-time safe: no allocation, no free, no lock, no wait, no system call but a wake-up write per
    /// port that has packets to send.
    #[cfg_attr(realtime_sanitizer, sanitize(realtime = "nonblocking"))]
    pub fn tick(&mut self, cx: &mut TickContext<'_>) {
        let (number, now) = (cx.number(), cx.now());
        if let Some(last) = self.last_tick {
            let skipped = number.since(last).saturating_sub(u64::from(self.blocks_per_tick));
            self.counters.skipped_ticks += skipped;
            if skipped > 0 {
                self.note_skipped(last + u64::from(self.blocks_per_tick), skipped);
            }
        }
        self.last_tick = Some(number);
        self.awake = cx.awake();
        self.counters.ticks += 1;
        self.note_tick(number, now);
        self.apply_orders(number, now);
        cx.meter().mark(Phase::Orders);
        // A panic outside of a leg's own work is a defect of ours: counted, and the thread goes on.
        let ended = contain(|| self.run_phases(number, now, cx));
        self.counters.panics += u64::from(ended.is_none());
        self.wake_ports();
        cx.meter().mark(Phase::Emit);
    }

    fn run_phases(&mut self, number: TickNumber, now: MediaTime, cx: &mut TickContext<'_>) {
        self.take_packets();
        cx.meter().mark(Phase::Intake);
        for block in 0..self.blocks_per_tick {
            // The last block of a tick is due now and the ones before it were: nothing arrives between them, so a block
            // whose time lay ahead would miss packets that are in time by the clock.
            let ago = u64::from(self.blocks_per_tick - 1 - block) * u64::from(BLOCK_MS) * 1_000_000;
            let due = MediaTime::from_nanos(now.as_nanos().saturating_sub(ago));
            self.run_block(due, number + u64::from(block), cx);
        }
        self.report_events(number);
        self.report(number);
        cx.meter().mark(Phase::Report);
    }

    fn run_block(&mut self, now: MediaTime, tick: TickNumber, cx: &mut TickContext<'_>) {
        self.frames.recycle();
        self.buses.begin_block(tick, &mut self.legs);
        self.sets.begin_block();
        for batch in 0..self.sets.live.batches() {
            let bits = self.sets.live.batch(batch);
            if bits == 0 {
                continue;
            }
            self.prefetch_inputs(batch, bits);
            self.for_each_guarded(batch, bits, |worker, leg| worker.decode(leg, now, tick));
            cx.meter().mark(Phase::Decode);
            self.for_each_guarded(batch, bits, |worker, leg| worker.process(leg, tick));
            cx.meter().mark(Phase::Process);
        }
        let telling = Telling { events: &mut self.events, unreported: &mut self.sets.unreported, shed: self.shed };
        self.buses.sum_up(tick, &mut self.legs, &mut self.frames, telling);
        cx.meter().mark(Phase::Mix);
        for batch in 0..self.sets.outputs.batches() {
            let bits = self.sets.outputs.batch(batch);
            if bits == 0 {
                continue;
            }
            self.prefetch_outputs(batch, bits);
            self.for_each_guarded(batch, bits, |worker, leg| worker.mix_output(leg, tick));
            cx.meter().mark(Phase::Mix);
            self.for_each_guarded(batch, bits, |worker, leg| worker.encode_output(leg, now, tick));
            cx.meter().mark(Phase::Encode);
            self.for_each_guarded(batch, bits, |worker, leg| worker.emit_sealed(leg, now));
            cx.meter().mark(Phase::Emit);
        }
        for batch in 0..self.sets.eventful.batches() {
            let bits = self.sets.eventful.batch(batch);
            if bits == 0 {
                continue;
            }
            self.for_each_guarded(batch, bits, |worker, leg| worker.keep_event(leg, now, tick));
            cx.meter().mark(Phase::Encode);
            self.for_each_guarded(batch, bits, |worker, leg| worker.emit_sealed(leg, now));
            cx.meter().mark(Phase::Emit);
        }
        self.judge_silence(tick);
        self.report_glitches(now, tick);
        self.end_block(tick);
        cx.meter().mark(Phase::Report);
    }

    /// Which worker this is.
    pub fn id(&self) -> WorkerId {
        self.id
    }

    /// The second's histograms, for the thread's shell to record its timing in.
    pub fn histograms(&mut self) -> &mut HistogramSet {
        &mut self.histograms
    }
}

#[cfg(test)]
mod tests;
