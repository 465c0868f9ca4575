//! Real-time: what a worker owns: its legs and buses, ring ends, sets of legs to visit, pools and counters.

use crate::conference::Bus;
use crate::rt::shed::ShedLevel;
use crate::rt::{Dock, FlightTx, FramePool, LaneTx, MAX_BLOCK_SAMPLES, PacketTx, Parcel};
use crate::telemetry::HistogramSet;
use crate::telemetry::counters::{WorkerCounters, WorkerGauges};
use crate::types::{MediaTime, TickNumber, WorkerId};
use crate::worker::boundary::{MAX_PORTS, Order, Receipt, WorkerPort};
use crate::worker::leg::inward::Freed;
use crate::worker::leg::{Buses, LegSets, Mixed, Sealed, Slab, WorkerEvent};
use std::marker::PhantomData;
use std::sync::Arc;

/// One media thread's state. Not `Send`: it lives and dies where it was grown.
#[derive(Debug)]
pub struct Worker {
    pub(in crate::worker) id: WorkerId,
    pub(in crate::worker) blocks_per_tick: u8,
    pub(in crate::worker) dock: Dock<Order, Receipt>,
    pub(in crate::worker) events: LaneTx<WorkerEvent>,
    pub(in crate::worker) misrouted: PacketTx,
    pub(in crate::worker) legs: Slab,
    pub(in crate::worker) buses: Buses,
    pub(in crate::worker) frames: FramePool,
    pub(in crate::worker) ports: [Option<Parcel<WorkerPort>>; MAX_PORTS],
    pub(in crate::worker) sets: LegSets,
    pub(in crate::worker) scratch: Scratch,
    pub(in crate::worker) mixed: Mixed,
    pub(in crate::worker) sealed: Sealed,
    pub(in crate::worker) freed: Freed,
    pub(in crate::worker) histograms: Parcel<HistogramSet>,
    /// How much quality is given up on this worker; stages read it.
    pub(in crate::worker) shed: ShedLevel,
    pub(in crate::worker) counters: WorkerCounters,
    pub(in crate::worker) gauges: Arc<WorkerGauges>,
    /// Where what comes in is noted, if it is to be.
    pub(in crate::worker) flight: Option<FlightTx>,
    /// When this tick began in truth.
    pub(in crate::worker) awake: MediaTime,
    pub(in crate::worker) last_tick: Option<TickNumber>,
    /// The leg being worked on: whom to park if it panics.
    pub(in crate::worker) current: u32,
    pub(in crate::worker) _here: PhantomData<*mut ()>,
}

/// Buffers of one output at a time.
#[derive(Debug)]
pub(in crate::worker) struct Scratch {
    pub(in crate::worker) sum: Bus,
    pub(in crate::worker) mixed: [f32; MAX_BLOCK_SAMPLES],
    pub(in crate::worker) part: [f32; MAX_BLOCK_SAMPLES],
    /// What a route's source played last, as its listener heard it: up to two blocks, and how much.
    pub(in crate::worker) past: [f32; 2 * MAX_BLOCK_SAMPLES],
    pub(in crate::worker) past_length: usize,
}

impl Scratch {
    pub(in crate::worker) const fn new() -> Self {
        let block = [0.0; MAX_BLOCK_SAMPLES];
        Self { sum: Bus::new(), mixed: block, part: block, past: [0.0; 2 * MAX_BLOCK_SAMPLES], past_length: 0 }
    }
}
