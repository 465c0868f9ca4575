//! Boundary: the port of a speech machine (a voice agent, an interpreter, a bridge to another engine): what it says in bursts
//! of any shape, exact to a sample, and what its party says, with the time of each block.
//!
//! What is written lies in [`chunk`]s that visit the media thread and come home through a ring, so that a minute of speech costs
//! memory only while it waits, and nobody has to carry it over in time. Samples are counted from the first one on
//! ([`AgentPosition`]). They are of a *turn*: a flush, or an interruption by the caller, begins the next, and what is of an earlier
//! one is never sent any more. Numbers say so: nobody but its reader empties a ring.

mod chunk;
mod error;
mod event;
mod latest;
mod link;
mod pair;
mod params;
mod source;
mod writer;

pub use error::AgentWriteError;
pub use event::{AgentEvent, AgentEventKind, AgentEvents, DryCause, InterruptCause, MemberAct};
pub use latest::{AgentBlock, AgentReader, LatestIn};
pub use link::{AgentPosition, AgentStatistics};
pub use pair::{AgentPlan, AgentPort};
pub use params::AgentParams;
pub use source::AgentSource;
pub use writer::AgentWriter;

#[cfg(test)]
mod tests;
