//! Real-time: sample rate conversion between legs of unlike rates: at the listener, or on the way into a bus.
//!
//! A frame keeps the rate of its leg through processing. Who hears it at another rate converts it: a bridge or tap on the
//! hearer's side, a member of a room both ways. Nothing is done, nor looked at, where the rates are equal.

use crate::processing::format::Resampler;
use crate::types::SampleRate;

/// The conversion of one stream of mono blocks. Made by the control side, brought by a route.
#[derive(Debug)]
pub struct Converter(Resampler);

impl Converter {
    /// From one rate to another; `None` if they are equal. Allocates: control side.
    pub fn between(from: SampleRate, to: SampleRate) -> Option<Self> {
        // One channel is always possible.
        if from == to { None } else { Resampler::new(from, to, 1).ok().map(Self) }
    }

    /// Whether another converts between the same rates.
    pub(super) fn converts_like(&self, other: &Self) -> bool {
        (self.0.from_rate(), self.0.to_rate()) == (other.0.from_rate(), other.0.to_rate())
    }

    /// The rate that it converts to.
    pub(super) fn to(&self) -> SampleRate {
        self.0.to_rate()
    }

    /// Converts a block into the start of `out`, and returns it; `None` if it is not a block of this converter's.
    pub(super) fn convert<'a>(&mut self, block: &[f32], out: &'a mut [f32]) -> Option<&'a mut [f32]> {
        let samples = self.0.process_block(block, out).ok()?;
        out.get_mut(..samples)
    }
}
