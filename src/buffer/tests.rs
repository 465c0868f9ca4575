//! Pure: the jitter buffer and the receive path in virtual time.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "tests allocate")]

mod any;
mod forward;
mod noise;
mod receive;
mod recover;
mod red;
mod rig;
mod transit_percentile;
mod transit_trend;
