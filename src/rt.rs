//! Boundary: what a media thread stands on, and the kit that holds it apart from the control side.
//!
//! The rule of the house: a media thread owns what it touches, gets it by order, and gives it back by receipt. It never
//! allocates, frees, locks, waits, or calls the system, but for the sleep, the clock and one wake-up write a tick. The
//! kit: lanes (plain data), parcels (heap on a visit), the shuttle of orders and receipts, packet rings, pools, tick
//! context, gauges.
//!
//! [`pacer`], [`xrun`] and [`load`] are pure: time comes in as an argument, so that virtual time drives them as real time
//! does. [`os`] makes the system calls; it and the codecs' foreign interfaces are the only places with `unsafe`.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

pub(crate) mod contain;
mod flight_record;
mod flight_ring;
mod flow;
mod frame_pool;
mod gauge;
mod lane;
pub mod load;
pub mod os;
pub mod pacer;
mod packet_header;
mod packet_ring;
pub mod panic_hook;
mod parcel;
mod parcel_cell;
mod payload_plan;
mod payload_pool;
mod prefetch;
mod scope;
pub mod shed;
mod shuttle;
mod slot_set;
pub mod xrun;

pub use flight_record::{FlightHead, FlightRecord, SentPacket};
pub use flight_ring::{FlightRx, FlightTx, flight_ring};
pub use flow::Flow;
pub use frame_pool::{FrameFlags, FramePool, FrameSlot, MAX_BLOCK_SAMPLES};
pub use gauge::Gauge;
pub use lane::{LaneRx, LaneTx, lane};
pub use os::wake::{NoWake, Wake};
pub use packet_header::{PacketHeader, PacketKey};
pub use packet_ring::{MAX_PAYLOAD, MAX_RECEIVED, PacketRx, PacketTx, packet_ring};
pub use parcel::{Parcel, leaked_parcels};
pub(crate) use parcel_cell::ParcelCell;
pub use payload_plan::PayloadPlan;
pub use payload_pool::{PayloadPool, PayloadSlot};
pub use prefetch::{prefetch, prefetch_all, prefetch_entry, prefetch_first};
pub use scope::{MediaScope, on_media_thread};
pub use shuttle::{Depot, Dock, shuttle};
pub use slot_set::{SlotSet, SlotWalk, pop_lowest};

#[cfg(test)]
mod tests;
