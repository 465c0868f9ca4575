//! Boundary: what a barge-in detector says.

/// What was found in a block of 10 ms. Speech that has begun ends in one of [`Backchannel`](Self::Backchannel) and
/// [`SpeechEnded`](Self::SpeechEnded).
///
/// Example: [`BargeInDetector`](super::BargeInDetector).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BargeInEvent {
    /// The party speaks.
    SpeechBegan {
        /// Since when, in ms before the end of this block.
        ago_ms: u32,
    },
    /// The party has spoken over the far end's voice for as long as makes it an interruption. Once for each speech.
    Interruption {
        /// Since when it has spoken, in ms before the end of this block.
        ago_ms: u32,
    },
    /// What was said over the far end's voice was too short to be an interruption, and is over.
    Backchannel {
        /// How long it was, in ms.
        length_ms: u32,
    },
    /// The party has ceased to speak.
    SpeechEnded {
        /// How long it spoke, in ms.
        length_ms: u32,
    },
    /// The party has been silent for so long that its turn is over. Once for each turn; a backchannel is none.
    TurnEnded {
        /// How long it has been silent, in ms.
        pause_ms: u32,
    },
}
