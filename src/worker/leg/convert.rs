//! Real-time: sample rate conversion between legs of unlike rates: at the listener, or on the way into a bus.
//!
//! A frame keeps the rate of its leg through processing. Who hears it at another rate converts it: a bridge or tap on the
//! listener's side, a member of a room both ways. Nothing is done, nor looked at, where the rates are equal.

use crate::processing::format::Resampler;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::SampleRate;

/// The conversion of one stream of mono blocks. Made by the control side, brought by a route.
#[derive(Debug)]
pub struct Converter {
    resampler: Resampler,
    /// What would have been heard next without this conversion: its first block is faded into from it.
    instead: [f32; MAX_BLOCK_SAMPLES],
    fades: bool,
}

impl Converter {
    /// From one rate to another; `None` if they are equal. Allocates: control side.
    pub fn between(from: SampleRate, to: SampleRate) -> Option<Self> {
        if from == to {
            return None;
        }
        // One channel is always possible.
        let resampler = Resampler::new(from, to, 1).ok()?;
        Some(Self { resampler, instead: [0.0; MAX_BLOCK_SAMPLES], fades: false })
    }

    /// Whether another converts between the same rates.
    pub(in crate::worker) fn converts_like(&self, other: &Self) -> bool {
        let rates = |converter: &Self| (converter.resampler.from_rate(), converter.resampler.to_rate());
        rates(self) == rates(other)
    }

    /// Goes on as another between the same rates would.
    pub(in crate::worker) fn copy_state_from(&mut self, other: &Self) {
        self.resampler.copy_state_from(&other.resampler);
        self.fades = false;
    }

    /// Whether it would go on as another.
    pub(in crate::worker) fn has_state_of(&self, other: &Self) -> bool {
        self.converts_like(other) && !self.fades && self.resampler.has_state_of(&other.resampler)
    }

    /// The rate that it converts from.
    pub fn from(&self) -> SampleRate {
        self.resampler.from_rate()
    }

    /// The rate that it converts to.
    pub fn to(&self) -> SampleRate {
        self.resampler.to_rate()
    }

    /// Has the next block faded into from `instead`, a block at the rate that it converts to: a conversion that comes in the
    /// midst of sound is later than that by its delay.
    pub(in crate::worker) fn fade_from(&mut self, instead: &[f32]) {
        if instead.len() == self.to().block_samples() {
            self.instead.iter_mut().zip(instead).for_each(|(to, from)| *to = *from);
            self.fades = true;
        }
    }

    /// Converts a block into the start of `out`, and returns it; `None` if it is not a block of this converter's.
    pub(in crate::worker) fn convert<'a>(&mut self, block: &[f32], out: &'a mut [f32]) -> Option<&'a mut [f32]> {
        let samples = self.resampler.process_block(block, out).ok()?;
        let out = out.get_mut(..samples)?;
        if std::mem::take(&mut self.fades) {
            let step = 1.0 / samples as f32;
            for (n, (x, y)) in out.iter_mut().zip(&self.instead).enumerate() {
                *x = y + (*x - y) * ((n + 1) as f32 * step);
            }
        }
        Some(out)
    }
}
