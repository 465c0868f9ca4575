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

use super::bus::Buses;
use super::event::WorkerEvent;
use super::gauges::{WorkerCounters, WorkerGauges};
use super::mixed::Mixed;
use super::order::{Order, Receipt};
use super::port::MAX_PORTS;
use super::receive::Freed;
use super::sealed::Sealed;
use super::slab::Slab;
use super::tick::{Scratch, Worker};
use crate::rt::os::Privilege;
use crate::rt::{Dock, FramePool, LaneTx, PacketTx, Parcel, SlotSet};
use crate::telemetry::HistogramSet;
use crate::types::WorkerId;
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
    pub(super) plan: WorkerPlan,
    pub(super) dock: Dock<Order, Receipt>,
    pub(super) events: LaneTx<WorkerEvent>,
    pub(super) strays: PacketTx,
    pub(super) gauges: Arc<WorkerGauges>,
    legs: Slab,
    buses: Buses,
    frames: FramePool,
    mixed: Mixed,
    sets: [SlotSet; 7],
    histograms: Parcel<HistogramSet>,
}

impl WorkerSeed {
    /// Allocates a worker's memory. Control side.
    pub fn new(
        plan: WorkerPlan,
        dock: Dock<Order, Receipt>,
        events: LaneTx<WorkerEvent>,
        strays: PacketTx,
        gauges: Arc<WorkerGauges>,
    ) -> Self {
        Self {
            dock,
            events,
            strays,
            gauges,
            legs: Slab::new(plan.legs),
            buses: Buses::new(plan.buses),
            frames: FramePool::new(plan.frame_samples),
            mixed: Mixed::new(),
            sets: std::array::from_fn(|_| SlotSet::new(plan.legs)),
            histograms: Parcel::pack(HistogramSet::new()),
            plan,
        }
    }

    /// Locks the frames in memory. Control side.
    pub fn lock_memory(&self) -> Privilege {
        self.frames.lock()
    }

    /// Makes the worker, on the thread that will run it. Does not allocate.
    pub fn grow(self) -> Worker {
        let [live, polled, connected, outputs, unreported, always, eventful] = self.sets;
        Worker {
            id: self.plan.id,
            blocks_per_tick: self.plan.blocks_per_tick,
            dock: self.dock,
            events: self.events,
            strays: self.strays,
            legs: self.legs,
            buses: self.buses,
            frames: self.frames,
            ports: [const { None }; MAX_PORTS],
            live,
            polled,
            connected,
            outputs,
            unreported,
            always,
            eventful,
            scratch: Scratch::new(),
            mixed: self.mixed,
            sealed: Sealed::new(),
            freed: Freed::new(),
            histograms: self.histograms,
            shed: crate::rt::shed::ShedLevel::FULL_QUALITY,
            counters: WorkerCounters::default(),
            gauges: self.gauges,
            awake: crate::types::MediaTime::ZERO,
            last_tick: None,
            current: 0,
            _here: PhantomData,
        }
    }
}
