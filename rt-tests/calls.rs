//! What a PBX does to calls that are up, as the phones in them hear it: transfer to another within one tick, a third
//! who listens, whispers or barges in; every packet that
//! comes is looked at.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "calls/events.rs"]
mod events;
#[path = "calls/inject.rs"]
mod inject;
#[path = "calls/inject_rooms.rs"]
mod inject_rooms;
#[path = "calls/inject_said.rs"]
mod inject_said;
#[path = "calls/monitor.rs"]
mod monitor;
#[path = "calls/rig.rs"]
mod rig;
mod support;
#[path = "calls/taps.rs"]
mod taps;
#[path = "calls/transfer.rs"]
mod transfer;
#[path = "calls/transfer_rooms.rs"]
mod transfer_rooms;
