//! Control: what the supervisor knows: plain records with small methods of their own. Nothing in here gives orders.

pub(crate) mod adaptation;
mod adapted_output;
mod adapting;
pub(crate) mod causes;
pub(crate) mod collections;
pub(crate) mod encodings;
pub(crate) mod flight;
pub(crate) mod glitch_flights;
pub(crate) mod hairpins;
#[cfg(feature = "dtls")]
pub(crate) mod handshake;
#[cfg(feature = "dtls")]
pub(crate) mod handshakes;
pub(crate) mod heard;
pub(crate) mod identifiers;
pub(crate) mod injections;
pub(crate) mod io_loads;
pub(crate) mod misrouted;
pub(crate) mod playability;
pub(crate) mod playbacks;
pub(crate) mod quality;
pub(crate) mod quality_totals;
pub(crate) mod random;
pub(crate) mod recording;
pub(crate) mod registry;
pub(crate) mod relay;
mod reporter;
pub(crate) mod reporting;
pub(crate) mod returns;
pub(crate) mod room;
pub(crate) mod session;
pub(crate) mod shedding;
pub(crate) mod sick;
pub(crate) mod silence_watch;
pub(crate) mod snapshot_cell;
pub(crate) mod stopping;
pub(crate) mod tap;
pub(crate) mod telemetry;
pub(crate) mod watch;
