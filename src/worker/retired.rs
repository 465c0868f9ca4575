//! Boundary: what is left of a worker when its thread ends: it goes home, since freeing it there would take the
//! allocator's locks on a media thread, where no other thread that waits for one could be woken.

use crate::rt::{Dock, FlightTx, FramePool, LaneTx, PacketTx, Parcel};
use crate::telemetry::HistogramSet;
use crate::worker::boundary::{MAX_PORTS, Order, Receipt, WorkerPort};
use crate::worker::leg::{Buses, LegSets, Mixed, Slab, WorkerEvent};
use crate::worker::state::Worker;

/// All memory and ring ends of a worker that has run its last tick, to be dropped by the control side.
#[derive(Debug)]
#[must_use = "it is to be dropped by the control side"]
pub struct RetiredWorker {
    _rings: (Dock<Order, Receipt>, LaneTx<WorkerEvent>, PacketTx),
    _legs: (Slab, Buses, FramePool, Mixed),
    _ports: [Option<Parcel<WorkerPort>>; MAX_PORTS],
    _sets: LegSets,
    _histograms: Parcel<HistogramSet>,
    _flight: Option<FlightTx>,
}

impl Worker {
    /// Ends the worker on its own thread without freeing anything.
    pub fn retire(self) -> RetiredWorker {
        RetiredWorker {
            _rings: (self.dock, self.events, self.misrouted),
            _legs: (self.legs, self.buses, self.frames, self.mixed),
            _ports: self.ports,
            _sets: self.sets,
            _histograms: self.histograms,
            _flight: self.flight,
        }
    }
}
