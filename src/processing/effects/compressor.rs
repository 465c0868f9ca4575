//! Real-time: a compressor: what is louder than a threshold is made quieter by a ratio, with a soft knee.
//!
//! The level is the mean square of each ms, the gain moves in dB towards what the curve says, at the speed of attack or
//! release, and in a straight line within the ms (after Giannoulis, Massberg, Reiss: "Digital Dynamic Range Compressor
//! Design", JAES 2012, feed-forward). It adds no delay; peaks are the [`PeakLimiter`](super::PeakLimiter)'s matter.

mod params;
#[cfg(test)]
mod tests;

use crate::processing::finite::scrub;
use crate::processing::stage::{Effect, ProcessingError, StageFault};
use crate::types::SampleRate;
pub use params::CompressorParams;

/// Pieces of 1 ms in a block.
const PIECES: usize = 10;

/// A compressor of one channel.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{Compressor, CompressorParams};
///
/// let mut params = CompressorParams::default();
/// (params.threshold_dbfs, params.ratio, params.knee_db, params.make_up_db) = (-20.0, 4.0, 0.0, 0.0);
/// assert!((params.curve(-8.0) + 9.0).abs() < 0.01); // of 12 dB above the threshold 3 are left
/// let mut compressor = Compressor::new(SampleRate::Hz8000, params)?;
/// let mut block = [0.9; 80];
/// assert_eq!(compressor.process(&mut block), Ok(()));
/// params.ratio = 0.5;
/// assert!(compressor.set_params(params).is_err());
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Compressor {
    piece: usize,
    params: CompressorParams,
    /// Gain without make-up in dB, at most 0.
    gain_db: f32,
    /// Linear, with make-up.
    gain: f32,
}

impl Compressor {
    /// A compressor for audio of `rate`.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: CompressorParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self { piece: rate.block_samples() / PIECES, params, gain_db: 0.0, gain: linear(params.make_up_db) })
    }

    /// Other settings, from the next block on, without a jump in gain. Real-time safe.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`]; the old ones stay.
    pub fn set_params(&mut self, params: CompressorParams) -> Result<(), ProcessingError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    /// Compresses a block of 10 ms in place. Samples that are not finite count as 0. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    pub fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        if block.len() != PIECES * self.piece {
            return Err(StageFault::BadBlock);
        }
        scrub(block);
        for piece in block.chunks_exact_mut(self.piece) {
            let power = piece.iter().map(|x| x * x).sum::<f32>() / self.piece as f32;
            let wanted = self.params.curve(10.0 * power.max(1e-12).log10());
            let ms = if wanted < self.gain_db { self.params.attack_ms } else { self.params.release_ms };
            self.gain_db += (wanted - self.gain_db) / ms.max(1.0);
            let to = linear(self.gain_db + self.params.make_up_db);
            let step = (to - self.gain) / self.piece as f32;
            for (i, x) in (1_i32..).zip(piece) {
                *x *= self.gain + step * i as f32;
            }
            self.gain = to;
        }
        Ok(())
    }

    /// How much is taken away at the end of the last block in dB, at most 0.
    pub fn gain_db(&self) -> f32 {
        self.gain_db
    }

    /// Back to rest. Real-time safe.
    pub fn reset(&mut self) {
        (self.gain_db, self.gain) = (0.0, linear(self.params.make_up_db));
    }
}

fn linear(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

impl Effect for Compressor {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        Compressor::process(self, block)
    }

    fn reset(&mut self) {
        Compressor::reset(self);
    }
}
