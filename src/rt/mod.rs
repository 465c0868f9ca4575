//! Boundary: the kit that holds control side and media threads apart: lanes, parcels, the shuttle of orders and
//! receipts, packet rings, pools, tick context, gauges.
//!
//! The rule of the house: a media thread owns what it touches, gets it by order, and gives it back by receipt. It never
//! allocates, frees, locks, waits, or calls the system, but for the sleep, the clock and one wake-up write a tick.

mod context;
mod frame_pool;
mod gauge;
mod lane;
mod packet_ring;
mod parcel;
mod payload_pool;
mod scope;
mod shuttle;
mod slot_set;
mod wake;

pub use context::TickContext;
pub use frame_pool::{FrameFlags, FramePool, FrameSlot, MAX_BLOCK_SAMPLES};
pub use gauge::Gauge;
pub use lane::{LaneRx, LaneTx, lane};
pub use packet_ring::{MAX_PAYLOAD, PacketHeader, PacketKey, PacketRx, PacketTx, packet_ring};
pub use parcel::{Parcel, leaked_parcels};
pub use payload_pool::{PayloadPool, PayloadSlot};
pub use scope::{MediaScope, on_media_thread};
pub use shuttle::{Depot, Dock, shuttle};
pub use slot_set::{SlotSet, pop_lowest};
pub use wake::Wake;
