//! Real-time: the tick. A worker owns its legs, buses and pools; one call of [`Worker::tick`] applies orders, takes
//! packets in, decodes, processes, mixes, encodes and emits, in that order, once for each block of 10 ms.
//!
//! **A tick is a plain synchronous function of the worker's state, its rings and the tick's time.** Threads and virtual
//! harnesses drive the same code. Decoding and processing run in batches of 64 legs (a word of the live set), then comes
//! the barrier: every input of the tick is there before any output is made; then mixing, encoding and emitting in
//! batches again.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod apply;
mod bus;
mod context;
mod convert;
mod decode;
mod digit_tone;
mod digits;
mod emit;
mod event;
mod event_receivers;
mod exchange;
mod gauges;
mod guard;
mod handover;
mod intake;
mod leg;
mod listen;
mod mixed;
mod order;
mod out_clock;
mod output;
mod output_plan;
mod pauses;
mod pcm;
mod planted;
mod port;
mod prefetch;
mod press;
mod prime;
mod process;
mod receive;
mod red_sender;
mod redundancy;
mod report;
mod retired;
#[cfg(test)]
mod rig;
mod route;
mod sealed;
mod seed;
mod silence;
mod slab;
mod switches;
mod telephone;
mod telephone_events;
mod tick;

pub use bus::{BusPlan, MAX_BUS_MEMBERS, Member};
pub use context::TickContext;
pub use convert::Converter;
pub use event::{Facts, WorkerEvent, WorkerEventKind};
pub use gauges::{LegGauges, WorkerGauges};
pub use leg::{Input, Leg, LegPlan, Output};
pub use order::{Cargo, ORDERS_PER_TICK, Order, Outcome, Receipt, Verb};
pub use output_plan::OutputPlan;
pub use pauses::Pauses;
pub use pcm::{PcmIn, PcmOut, PcmReader, PcmWriter, pcm_in, pcm_out};
pub use port::{MAX_PORTS, WorkerPort};
pub use receive::{InwardFormat, MAX_FORMATS, Receive};
pub use retired::RetiredWorker;
pub use route::{Route, Source, Term};
pub use seed::{WorkerPlan, WorkerSeed};
pub use switches::{Switch, Switches};
pub use telephone_events::TelephoneEvents;
pub use tick::Worker;
