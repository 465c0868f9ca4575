//! Real-time: what tone detectors hear: blocks of 10 ms at 8 kHz, finite, of any of our rates.

use crate::processing::format::Resampler;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

/// Samples of a block of 10 ms at 8 kHz.
pub const BLOCK: usize = 80;

/// What is fainter has no influence, and would be slow to compute with once it is denormal.
const FAINT: f32 = 1e-9;
/// Far beyond full scale; keeps squares finite.
const LOUD: f32 = 64.0;

/// Takes blocks at one rate and gives them at 8 kHz.
#[derive(Debug)]
pub struct Narrow {
    samples: usize,
    resampler: Option<Resampler>,
    clean: [f32; SampleRate::Hz48000.block_samples()],
}

impl Narrow {
    /// From `rate`. Control side.
    pub fn new(rate: SampleRate) -> Self {
        let resampler =
            (rate != SampleRate::Hz8000).then(|| Resampler::new(rate, SampleRate::Hz8000, 1).ok()).flatten();
        Self { samples: rate.block_samples(), resampler, clean: [0.0; SampleRate::Hz48000.block_samples()] }
    }

    /// A block at 8 kHz. What is not finite counts as silence. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: it is not 10 ms.
    pub fn block(&mut self, block: &[f32]) -> Result<[f32; BLOCK], StageFault> {
        if block.len() != self.samples {
            return Err(StageFault::BadBlock);
        }
        let clean = self.clean.get_mut(..block.len()).ok_or(StageFault::BadBlock)?;
        for (clean, x) in clean.iter_mut().zip(block) {
            let audible = x.abs() > FAINT && x.is_finite();
            *clean = if audible { x.clamp(-LOUD, LOUD) } else { 0.0 };
        }
        let mut narrow = [0.0; BLOCK];
        match &mut self.resampler {
            Some(resampler) => {
                resampler.process_block(clean, &mut narrow).map_err(|_| StageFault::BadBlock)?;
            }
            None => narrow.copy_from_slice(clean.get(..BLOCK).ok_or(StageFault::BadBlock)?),
        }
        Ok(narrow)
    }

    /// Forgets the filter's memory.
    pub fn reset(&mut self) {
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
        }
    }
}
