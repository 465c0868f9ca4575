//! Real-time: what a receive path holds of the one that it replaces.

use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::SampleRate;
use crate::worker::leg::Converter;

/// What a path holds of the one that it replaces.
#[derive(Debug)]
pub(super) struct Succession {
    pub(super) from: SampleRate,
    /// How that one's audio comes to this one's rate.
    pub(super) converter: Option<Converter>,
    /// What it played last, at this path's rate.
    pub(super) before: [f32; MAX_BLOCK_SAMPLES],
    /// What it would have played next, at its own rate; for as long as nothing was pulled.
    pub(super) next: [f32; MAX_BLOCK_SAMPLES],
    pub(super) fresh: bool,
}
