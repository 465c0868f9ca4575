//! Real-time: a leg's receive path: packets and their payloads in, a block of audio or a payload to pass on out.

mod clocks;
mod entry;
mod formats;
mod freed;
mod handover;
mod holdings;
mod noise;
mod others;
mod pulled;
mod rated;
mod receiver;
mod redundant;
mod several;
mod standing;
mod succession;
mod take_over;
mod told_holes;

pub use formats::{InwardFormat, MAX_FORMATS};
pub(in crate::worker) use freed::Freed;
pub(in crate::worker) use handover::{Former, ReceiveCtx, pull};
pub(in crate::worker) use pulled::{BlockOutcome, Passing};
pub use receiver::LegReceiver;
