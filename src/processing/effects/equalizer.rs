//! Real-time: a parametric equalizer of up to eight bands, whose settings change without a click: the coefficients move
//! to the new ones over a block.

mod params;
#[cfg(test)]
mod tests;

use super::biquad::{Biquad, Coefficients};
use crate::processing::finite::scrub;
use crate::processing::stage::{Effect, ProcessingError, StageFault};
use crate::types::SampleRate;
pub use params::{Band, EqualizerParams, MAX_BANDS};

/// An equalizer of one channel.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{Band, Equalizer, EqualizerParams, Shape};
///
/// let rate = SampleRate::Hz16000;
/// let presence = Band::new(Shape::Peak, 3_000.0).gain_db(4.0);
/// let no_hum = Band::new(Shape::Notch, 50.0).q(5.0);
/// assert!((presence.coefficients(rate).response_db(rate, 3_000.0) - 4.0).abs() < 0.01);
/// let mut equalizer = Equalizer::new(rate, EqualizerParams::of(&[no_hum, presence]))?;
/// let mut block = [0.1; 160];
/// assert_eq!(equalizer.process(&mut block), Ok(()));
/// assert!(Equalizer::new(rate, EqualizerParams::of(&[presence.gain_db(60.0)])).is_err());
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Equalizer {
    rate: SampleRate,
    params: EqualizerParams,
    sections: [Section; MAX_BANDS],
}

#[derive(Debug, Clone, Copy)]
struct Section {
    filter: Biquad,
    now: Coefficients,
    wanted: Coefficients,
}

impl Section {
    fn active(&self) -> bool {
        self.now != Coefficients::UNITY || self.wanted != Coefficients::UNITY
    }
}

impl Equalizer {
    /// An equalizer for audio of `rate`.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: EqualizerParams) -> Result<Self, ProcessingError> {
        params.check()?;
        let idle = Section { filter: Biquad::default(), now: Coefficients::UNITY, wanted: Coefficients::UNITY };
        let mut equalizer = Self { rate, params, sections: [idle; MAX_BANDS] };
        equalizer.aim();
        equalizer.reset();
        Ok(equalizer)
    }

    /// Other settings, from the next block on; they are reached over 10 ms. Real-time safe (about 1 µs a band).
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`]; the old ones stay.
    pub fn set_params(&mut self, params: EqualizerParams) -> Result<(), ProcessingError> {
        params.check()?;
        self.params = params;
        self.aim();
        Ok(())
    }

    /// The settings.
    pub fn params(&self) -> EqualizerParams {
        self.params
    }

    /// Equalizes a block of 10 ms in place. Real-time safe; adds no delay. Samples that are not finite count as 0.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    pub fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        if block.len() != self.rate.block_samples() {
            return Err(StageFault::BadBlock);
        }
        scrub(block);
        for section in self.sections.iter_mut().filter(|s| s.active()) {
            if section.now == section.wanted {
                section.filter.process(&section.now, block);
            } else {
                section.filter.process_moving(&section.now, &section.wanted, block);
                section.now = section.wanted;
                if !section.active() {
                    section.filter.reset();
                }
            }
        }
        Ok(())
    }

    /// Forgets past audio; settings are as they were last wanted. Real-time safe.
    pub fn reset(&mut self) {
        for section in &mut self.sections {
            section.filter.reset();
            section.now = section.wanted;
        }
    }

    fn aim(&mut self) {
        for (section, band) in self.sections.iter_mut().zip(&self.params.bands) {
            section.wanted = band.map_or(Coefficients::UNITY, |b| b.coefficients(self.rate));
        }
    }
}

impl Effect for Equalizer {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        Equalizer::process(self, block)
    }

    fn reset(&mut self) {
        Equalizer::reset(self);
    }
}
