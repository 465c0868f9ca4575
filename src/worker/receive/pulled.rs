//! Real-time: what a block of a leg's receive path brings.

use crate::rt::{FrameFlags, PayloadSlot};

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
        /// Packets lost since the one before.
        lost: u16,
        /// Timestamp units missing since the one before.
        gap: u32,
        /// Of the same source as the one before.
        contiguous: bool,
        /// Its marker.
        marker: bool,
        /// It describes comfort noise.
        noise: bool,
    },
    /// The last one's time is not over, or a packet is missing, or the sender pauses.
    Inside,
}

/// What a block brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum Pulled {
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
