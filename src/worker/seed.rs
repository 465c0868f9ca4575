//! Boundary: a worker before it has a thread: planned and allocated by the control side, grown where it will run.
//!
//! ```compile_fail
//! fn needs_send<T: Send>() {}
//! needs_send::<media_core::worker::Worker>(); // a grown worker stays on its thread
//! ```
//! ```
//! fn needs_send<T: Send>() {}
//! needs_send::<media_core::worker::WorkerSeed>();
//! ```

use crate::rt::os::Privilege;
use crate::rt::{Dock, FlightTx, FramePool, LaneTx, PacketTx, Parcel};
use crate::telemetry::HistogramSet;
use crate::telemetry::counters::{WorkerCounters, WorkerGauges};
use crate::types::WorkerId;
use crate::worker::boundary::{MAX_PORTS, Order, Receipt};
use crate::worker::leg::inward::Freed;
use crate::worker::leg::{Buses, LegSets, Mixed, Sealed, Slab, WorkerEvent};
use crate::worker::state::{Scratch, Worker};
use std::marker::PhantomData;
use std::sync::Arc;

/// How large a worker is.
#[derive(Debug, Clone, Copy)]
pub struct WorkerPlan {
    /// Which one.
    pub id: WorkerId,
    /// Most legs (streams, PCM ports, taps).
    pub legs: usize,
    /// Most mix buses.
    pub buses: usize,
    /// Samples of all frames of one tick.
    pub frame_samples: usize,
    /// Blocks of 10 ms a tick: 1 or 2.
    pub blocks_per_tick: u8,
}

/// Everything a worker needs, allocated and touched; goes to its thread and grows there.
#[derive(Debug)]
pub struct WorkerSeed {
    pub(in crate::worker) plan: WorkerPlan,
    pub(in crate::worker) dock: Dock<Order, Receipt>,
    pub(in crate::worker) events: LaneTx<WorkerEvent>,
    pub(in crate::worker) misrouted: PacketTx,
    pub(in crate::worker) gauges: Arc<WorkerGauges>,
    legs: Slab,
    buses: Buses,
    frames: FramePool,
    mixed: Mixed,
    sets: LegSets,
    histograms: Parcel<HistogramSet>,
    flight: Option<FlightTx>,
}

impl WorkerSeed {
    /// Allocates a worker's memory. Control side.
    pub fn new(
        plan: WorkerPlan,
        dock: Dock<Order, Receipt>,
        events: LaneTx<WorkerEvent>,
        misrouted: PacketTx,
        gauges: Arc<WorkerGauges>,
    ) -> Self {
        Self {
            dock,
            events,
            misrouted,
            gauges,
            legs: Slab::new(plan.legs),
            buses: Buses::new(plan.buses, u64::from(plan.blocks_per_tick)),
            frames: FramePool::new(plan.frame_samples),
            mixed: Mixed::new(),
            sets: LegSets::new(plan.legs),
            histograms: Parcel::pack(HistogramSet::new()),
            flight: None,
            plan,
        }
    }

    /// Has what comes in noted, from the first tick on. Control side.
    #[must_use]
    pub fn noting(mut self, flight: FlightTx) -> Self {
        self.flight = Some(flight);
        self
    }

    /// Locks the frames in memory. Control side.
    pub fn lock_memory(&self) -> Privilege {
        self.frames.lock()
    }

    /// Makes the worker, on the thread that will run it. Does not allocate.
    pub fn grow(self) -> Worker {
        Worker {
            id: self.plan.id,
            blocks_per_tick: self.plan.blocks_per_tick,
            dock: self.dock,
            events: self.events,
            misrouted: self.misrouted,
            legs: self.legs,
            buses: self.buses,
            frames: self.frames,
            ports: [const { None }; MAX_PORTS],
            sets: self.sets,
            scratch: Scratch::new(),
            mixed: self.mixed,
            sealed: Sealed::new(),
            freed: Freed::new(),
            histograms: self.histograms,
            shed: crate::rt::shed::ShedLevel::FULL_QUALITY,
            counters: WorkerCounters::default(),
            gauges: self.gauges,
            flight: self.flight,
            awake: crate::types::MediaTime::ZERO,
            last_tick: None,
            current: 0,
            _here: PhantomData,
        }
    }
}
