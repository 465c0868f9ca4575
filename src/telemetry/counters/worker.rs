//! Boundary: what a worker counts.

use super::published::published;
use crate::rt::Gauge;

published! {
    /// What a worker counts.
    WorkerCounters, WorkerGauges {
        /// Ticks run.
        ticks,
        /// Ticks skipped after lateness.
        skipped_ticks,
        /// Legs in the slab.
        legs,
        /// Legs with audio or an open question this tick.
        live_legs,
        /// Packets taken from ports.
        packets_in,
        /// Packets handed to ports.
        packets_out,
        /// Packets for a leg that is gone.
        stale_packets,
        /// Packets sent on because their leg moved.
        misrouted,
        /// Packets dropped for a full ring to a port.
        ring_full,
        /// Notices dropped for a full lane.
        notices_missed,
        /// Legs parked by a fault.
        parked,
        /// Panics caught outside of a leg's own work: defects; the thread went on.
        panics,
        /// Orders applied.
        orders,
        /// Steps of quality given up.
        shed_level,
        /// Packets dropped because what their session may have waiting was full.
        no_payload_slot,
        /// Frames refused for want of a frame slot.
        no_frame_slot,
    }
}
