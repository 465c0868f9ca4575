//! Real-time: what a block of a leg's receive path brings.

use crate::rt::{FrameFlags, PayloadSlot};
use crate::worker::leg::Skipped;

/// A payload that passes through undecoded, for the outputs that hear this leg.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::worker) enum Passing {
    /// None: audio, or nothing.
    #[default]
    Nothing,
    /// This one, in this block.
    Packet {
        /// Where it lies.
        slot: PayloadSlot,
        /// Its duration in blocks.
        blocks: u8,
        /// What is missing since the one before.
        skipped: Skipped,
        /// Of the same source as the one before.
        contiguous: bool,
        /// It is comfort noise, and whether it has a description.
        noise: Option<bool>,
    },
    /// The last one's time is not over, or a packet is missing, or the sender pauses.
    Inside,
}

/// What a block brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum BlockOutcome {
    /// Audio in the frame.
    Audio(FrameFlags),
    /// A payload, or none in this block, while passing through.
    Passed(Passing),
    /// The sender pauses: the frame holds background.
    Silence,
    /// Nothing yet.
    Waiting,
    /// No stream any more; whether there was one.
    Idle(bool),
}

impl BlockOutcome {
    /// Whether something of the sender's is heard in it.
    pub(in crate::worker) const fn is_heard(&self) -> bool {
        match self {
            Self::Audio(flags) => !flags.concealed,
            Self::Passed(passing) => matches!(passing, Passing::Packet { .. }),
            Self::Silence => true,
            Self::Waiting | Self::Idle(_) => false,
        }
    }
}
