//! Boundary: calls to the operating system (Linux), each behind a safe door.
//!
//! On a media thread: [`clock`] in each tick, [`wake`] at most once a tick; [`thread`] and [`memory`] before the first
//! tick only. On ordinary threads: [`poll`], and [`steal`], [`usage`] and [`limits`], which read `/proc`. No privilege is needed for any
//! of it: what is refused is reported as a [`Privilege`] with advice, and the engine runs on.

pub mod clock;
pub mod datagram;
pub(crate) mod join;
pub mod limits;
pub mod memory;
pub mod poll;
pub mod privilege;
pub mod socket_errors;
pub mod steal;
pub mod thread;
pub mod timer;
pub mod usage;
pub mod wake;

pub use privilege::{Privilege, Privileges};

#[cfg(test)]
mod tests;
