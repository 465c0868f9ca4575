//! Control: how samples of the embedder's are added to what a session's party hears or says.

use crate::types::setters;
use crate::types::{Gain, SampleRate};

/// Where samples of the embedder's are added.
///
/// Example: [`Injection`](crate::Injection).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InjectPoint {
    /// To what the party hears (outward), and nobody else.
    #[default]
    Heard,
    /// To what the party says (inward): whoever hears him hears it: his partner, his room, taps and recordings of what he says. It comes
    /// behind his processing, gain and mute: it is heard while he is muted, and his detectors do not hear it.
    Said,
}

/// How samples of the embedder's are added to what a session's party hears or says, or to a room.
///
/// Example: [`Injection`](crate::Injection).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct InjectParams {
    /// The rate of the samples; they are converted to the one of what they are added to.
    pub rate: SampleRate,
    /// How loud they are. Default as they come.
    pub gain: Gain,
    /// Where they are added. Default [`InjectPoint::Heard`]. Of a room it is of no account: they are what a member says.
    pub point: InjectPoint,
    /// How loud what else is heard there (the partner, the room; or the party itself) is while they are: [`Gain::MUTE`] for instead of
    /// it. What is played ([`play`](crate::MediaSessionHandle::play)) stays as loud as it is. Default as it is; in a room it can be
    /// nothing else.
    pub beside: Gain,
}

impl InjectParams {
    /// Samples of that rate, beside what else is heard.
    pub const fn new(rate: SampleRate) -> Self {
        Self { rate, gain: Gain::UNITY, point: InjectPoint::Heard, beside: Gain::UNITY }
    }
}

setters!(InjectParams { gain: Gain, point: InjectPoint, beside: Gain });
