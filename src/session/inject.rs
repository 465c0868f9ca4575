//! Control: how samples of the embedder's are added to what a session's party hears.

use crate::types::setters;
use crate::types::{Gain, SampleRate};

/// How samples of the embedder's are added to what a session's party hears.
///
/// Example: [`Injection`](crate::Injection).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct InjectParams {
    /// The rate of the samples; they are converted to the one of what the party hears.
    pub rate: SampleRate,
    /// How loud they are. Default as they come.
    pub gain: Gain,
    /// How loud what else is heard (the partner, the room) is while they are: [`Gain::MUTE`] for instead of it. What is played
    /// ([`play`](crate::MediaSessionHandle::play)) stays as loud as it is. Default as it is.
    pub beside: Gain,
}

impl InjectParams {
    /// Samples of that rate, beside what else is heard.
    pub const fn new(rate: SampleRate) -> Self {
        Self { rate, gain: Gain::UNITY, beside: Gain::UNITY }
    }
}

setters!(InjectParams { gain: Gain, beside: Gain });
