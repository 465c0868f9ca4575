//! Real-time: the tick. A worker owns its legs, buses and pools; one call of [`Worker::tick`] applies orders, takes
//! packets in, decodes, processes, mixes, encodes and emits, in that order, once for each block of 10 ms.
//!
//! **A tick is a plain synchronous function of the worker's state, its rings and the tick's time.** Threads and virtual
//! harnesses drive the same code. Decoding and processing run in batches of 64 legs (a word of the live set), then comes
//! the barrier: every input of the tick is there before any output is made; then mixing, encoding and emitting in
//! batches again.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod boundary;
mod context;
mod leg;
mod phase;
mod planted;
mod retired;
#[cfg(test)]
mod rig;
mod seed;
mod state;
mod tick;

pub use boundary::{
    Cargo, MAX_PORTS, ORDERS_PER_TICK, Order, Outcome, Receipt, Together, TogetherStep, Verb, WorkerPort,
};
pub use context::TickContext;
pub use leg::digits::TelephoneEvents;
pub use leg::inward::{InwardFormat, LegReceiver, MAX_FORMATS};
pub use leg::{
    BusGauges, BusLink, BusPlan, Converter, DtxController, Facts, GlitchRecord, Input, Leg, LegPlan, Look,
    MAX_BUS_SPEAKERS, MAX_ROOM_WORKERS, MAX_SHARED_ENCODERS, Member, Output, OutputPlan, PcmIn, PcmOut, PcmReader,
    PcmWriter, Route, SharedEncoder, SilencePlan, Source, Switch, Switches, Term, WorkerEvent, WorkerEventKind, pcm_in,
    pcm_out,
};
pub use retired::RetiredWorker;
pub use seed::{WorkerPlan, WorkerSeed};
pub use state::Worker;
