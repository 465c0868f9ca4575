//! Control: what the supervisor knows: plain records with small methods of their own. Nothing in here gives orders.

pub(crate) mod causes;
pub(crate) mod collections;
pub(crate) mod encodings;
pub(crate) mod hairpins;
pub(crate) mod heard;
pub(crate) mod identifiers;
pub(crate) mod misrouted;
pub(crate) mod playability;
pub(crate) mod playbacks;
pub(crate) mod random;
pub(crate) mod recording;
pub(crate) mod registry;
pub(crate) mod relay;
pub(crate) mod returns;
pub(crate) mod room;
pub(crate) mod session;
pub(crate) mod shedding;
pub(crate) mod snapshot_cell;
pub(crate) mod stopping;
pub(crate) mod tap;
pub(crate) mod telemetry;
pub(crate) mod watch;
