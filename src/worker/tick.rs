//! Real-time: the worker and the order of its phases.

use super::bus::Buses;
use super::context::TickContext;
use super::event::WorkerEvent;
use super::gauges::{WorkerCounters, WorkerGauges};
use super::guard::contain;
use super::mixed::Mixed;
use super::order::{Order, Receipt};
use super::port::{MAX_PORTS, WorkerPort};
use super::receive::Freed;
use super::sealed::Sealed;
use super::slab::Slab;
use crate::conference::Bus;
use crate::rt::shed::ShedLevel;
use crate::rt::{Dock, FramePool, LaneTx, MAX_BLOCK_SAMPLES, PacketTx, Parcel, SlotSet};
use crate::telemetry::{HistogramSet, Phase};
use crate::types::{BLOCK_MS, MediaTime, TickNumber, WorkerId};
use std::marker::PhantomData;
use std::sync::Arc;

/// One media thread's state. Not `Send`: it lives and dies where it was grown.
#[derive(Debug)]
pub struct Worker {
    pub(super) id: WorkerId,
    pub(super) blocks_per_tick: u8,
    pub(super) dock: Dock<Order, Receipt>,
    pub(super) events: LaneTx<WorkerEvent>,
    pub(super) strays: PacketTx,
    pub(super) legs: Slab,
    pub(super) buses: Buses,
    pub(super) frames: FramePool,
    pub(super) ports: [Option<Parcel<WorkerPort>>; MAX_PORTS],
    /// Legs with packets to play or audio to give.
    pub(super) live: SlotSet,
    /// Outputs that are looked at each tick, as their sources cannot name them.
    pub(super) polled: SlotSet,
    /// Outputs that are connected to something: they send a stream, whether there is something to hear or not.
    pub(super) connected: SlotSet,
    /// Outputs that have something to hear in this block.
    pub(super) outputs: SlotSet,
    /// Legs with facts that the supervisor has not taken yet.
    pub(super) unreported: SlotSet,
    /// Legs with telephone events under way, or to be told of.
    pub(super) eventful: SlotSet,
    /// Legs that are looked at each tick, as nothing announces their input (PCM ports).
    pub(super) always: SlotSet,
    pub(super) scratch: Scratch,
    pub(super) mixed: Mixed,
    pub(super) sealed: Sealed,
    pub(super) freed: Freed,
    pub(super) histograms: Parcel<HistogramSet>,
    /// How much quality is given up on this worker; stages read it.
    pub(super) shed: ShedLevel,
    pub(super) counters: WorkerCounters,
    pub(super) gauges: Arc<WorkerGauges>,
    /// When this tick began in truth.
    pub(super) awake: MediaTime,
    pub(super) last_tick: Option<TickNumber>,
    /// The leg being worked on: whom to park if it panics.
    pub(super) current: u32,
    pub(super) _here: PhantomData<*mut ()>,
}

/// Buffers of one output at a time.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) sum: Bus,
    pub(super) mixed: [f32; MAX_BLOCK_SAMPLES],
    pub(super) part: [f32; MAX_BLOCK_SAMPLES],
    /// What a route's source played last, as its hearer heard it: up to two blocks, and how much.
    pub(super) past: [f32; 2 * MAX_BLOCK_SAMPLES],
    pub(super) past_length: usize,
}

impl Scratch {
    pub(super) const fn new() -> Self {
        let block = [0.0; MAX_BLOCK_SAMPLES];
        Self { sum: Bus::new(), mixed: block, part: block, past: [0.0; 2 * MAX_BLOCK_SAMPLES], past_length: 0 }
    }
}

impl Worker {
    /// Runs one tick. Real-time safe: no allocation, no free, no lock, no wait, no system call but a wake-up write per
    /// port that has packets to send.
    #[cfg_attr(realtime_sanitizer, sanitize(realtime = "nonblocking"))]
    pub fn tick(&mut self, cx: &mut TickContext<'_>) {
        let (number, now) = (cx.number(), cx.now());
        if let Some(last) = self.last_tick {
            self.counters.skipped_ticks += number.since(last).saturating_sub(u64::from(self.blocks_per_tick));
        }
        self.last_tick = Some(number);
        self.awake = cx.awake();
        self.counters.ticks += 1;
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
        self.buses.begin_block();
        self.outputs.clear();
        self.outputs.union_with(&self.polled);
        self.outputs.union_with(&self.connected);
        self.live.union_with(&self.always);
        for batch in 0..self.live.batches() {
            let bits = self.live.batch(batch);
            if bits == 0 {
                continue;
            }
            self.prefetch_inputs(batch, bits);
            self.for_each_guarded(batch, bits, |worker, leg| worker.decode(leg, now, tick));
            cx.meter().mark(Phase::Decode);
            self.for_each_guarded(batch, bits, |worker, leg| worker.process(leg, tick));
            cx.meter().mark(Phase::Process);
        }
        self.mix_buses();
        cx.meter().mark(Phase::Mix);
        for batch in 0..self.outputs.batches() {
            let bits = self.outputs.batch(batch);
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
        for batch in 0..self.eventful.batches() {
            let bits = self.eventful.batch(batch);
            if bits == 0 {
                continue;
            }
            self.for_each_guarded(batch, bits, |worker, leg| worker.keep_event(leg, now, tick));
            cx.meter().mark(Phase::Encode);
            self.for_each_guarded(batch, bits, |worker, leg| worker.emit_sealed(leg, now));
            cx.meter().mark(Phase::Emit);
        }
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
#[path = "tick_tests.rs"]
mod tests;
