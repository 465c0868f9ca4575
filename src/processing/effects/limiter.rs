//! Real-time: a limiter that looks ahead: nothing over its ceiling leaves it, and its gain never jumps.
//!
//! The audio is delayed by the look-ahead. For each ms the gain that its peak needs is held as long as it is in the
//! delay, released, and averaged over the look-ahead; the gain moves in a straight line from ms to ms. Each value on that
//! line is a mean of held gains that all know the ms they are applied to, so it is low enough.

#[cfg(test)]
mod tests;

use crate::processing::finite::scrub;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// The longest look-ahead in ms.
pub const MAX_LOOK_AHEAD_MS: usize = 10;
/// Pieces of 1 ms in a block.
const PIECES: usize = 10;

/// A limiter of one channel.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::PeakLimiter;
///
/// let mut limiter = PeakLimiter::new(SampleRate::Hz8000, -6.0, 5, 50.0)?; // dBFS, ms, ms
/// let mut block = [0.0; 80];
/// for _ in 0..5 {
///     block = [0.9; 80];
///     limiter.process(&mut block).unwrap();
/// }
/// assert!(block.iter().all(|sample| sample.abs() < 0.502)); // -6 dBFS
/// assert_eq!(limiter.delay_samples(), 40);
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PeakLimiter {
    piece: usize,
    ahead: usize,
    ceiling: f32,
    /// Part of the way to 1 that the gain rises in a ms.
    release: f32,
    /// The delayed audio, then the block at hand.
    audio: Box<[f32]>,
    /// The gain that each of the last pieces needs, newest last.
    needed: [f32; MAX_LOOK_AHEAD_MS + 1],
    /// And held, newest last.
    held: [f32; MAX_LOOK_AHEAD_MS],
    gain: f32,
}

impl PeakLimiter {
    /// A limiter to `ceiling_dbfs` (−40 to 0), looking 1 to [`MAX_LOOK_AHEAD_MS`] ms ahead, whose gain comes back with a
    /// time constant of `release_ms` (1 to 5,000). Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(
        rate: SampleRate,
        ceiling_dbfs: f32,
        look_ahead_ms: usize,
        release_ms: f32,
    ) -> Result<Self, ProcessingError> {
        let ceiling_dbfs = ProcessingError::within("ceiling_dbfs", ceiling_dbfs, -40.0, 0.0, "-40 to 0 dBFS")?;
        let release_ms = ProcessingError::within("release_ms", release_ms, 1.0, 5_000.0, "1 to 5000 ms")?;
        ProcessingError::within("look_ahead_ms", look_ahead_ms as f32, 1.0, MAX_LOOK_AHEAD_MS as f32, "1 to 10 ms")?;
        let piece = rate.block_samples() / PIECES;
        Ok(Self {
            piece,
            ahead: look_ahead_ms,
            ceiling: 10f32.powf(ceiling_dbfs / 20.0),
            release: 1.0 - (-1.0 / release_ms).exp(),
            audio: vec![0.0; (look_ahead_ms + PIECES) * piece].into_boxed_slice(),
            needed: [1.0; MAX_LOOK_AHEAD_MS + 1],
            held: [1.0; MAX_LOOK_AHEAD_MS],
            gain: 1.0,
        })
    }

    /// Limits a block of 10 ms in place; what comes out is [`Self::delay_samples`] older. Samples that are not finite
    /// count as 0. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    pub fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        let delay = self.delay_samples();
        let Some(newest) = self.audio.get_mut(delay..).filter(|n| n.len() == block.len()) else {
            return Err(StageFault::BadBlock);
        };
        scrub(block);
        newest.copy_from_slice(block);
        for (n, out) in block.chunks_exact_mut(self.piece).enumerate() {
            let coming = self.audio.get(delay + n * self.piece..).unwrap_or_default();
            let peak = coming.iter().take(self.piece).fold(0.0f32, |peak, x| peak.max(x.abs()));
            let from = self.gain;
            let to = next_gain(self, peak);
            let step = (to - from) / self.piece as f32;
            let late = self.audio.get(n * self.piece..).unwrap_or_default();
            for (i, (out, x)) in (1_i32..).zip(out.iter_mut().zip(late)) {
                let limited = x * (from + step * i as f32);
                *out = limited.clamp(-self.ceiling, self.ceiling);
            }
            self.gain = to;
        }
        self.audio.copy_within(PIECES * self.piece.., 0);
        Ok(())
    }

    /// Another ceiling, −40 to 0 dBFS. Real-time safe; what is in the delay already may be cut to it.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`]; the old one stays.
    pub fn set_ceiling(&mut self, ceiling_dbfs: f32) -> Result<(), ProcessingError> {
        let dbfs = ProcessingError::within("ceiling_dbfs", ceiling_dbfs, -40.0, 0.0, "-40 to 0 dBFS")?;
        self.ceiling = 10f32.powf(dbfs / 20.0);
        Ok(())
    }

    /// The gain at the end of the last block, 0 to 1.
    pub fn gain(&self) -> f32 {
        self.gain
    }

    /// Samples by which the output is later.
    pub fn delay_samples(&self) -> usize {
        self.ahead * self.piece
    }

    /// Silence again. Real-time safe.
    pub fn reset(&mut self) {
        self.audio.fill(0.0);
        (self.needed, self.held, self.gain) = ([1.0; MAX_LOOK_AHEAD_MS + 1], [1.0; MAX_LOOK_AHEAD_MS], 1.0);
    }
}

/// The gain at the end of the piece that leaves now, while one with this peak comes in.
fn next_gain(limiter: &mut PeakLimiter, peak: f32) -> f32 {
    let PeakLimiter { needed, held, ahead, ceiling, release, .. } = limiter;
    needed.rotate_left(1);
    if let Some(last) = needed.last_mut() {
        *last = if peak > *ceiling { *ceiling / peak } else { 1.0 };
    }
    let least = needed.iter().rev().take(*ahead + 1).fold(1.0f32, |least, &g| least.min(g));
    let before = held.last().copied().unwrap_or(1.0);
    held.rotate_left(1);
    if let Some(last) = held.last_mut() {
        let risen = before + (1.0 - before) * *release;
        *last = if risen > 0.9999 { least } else { least.min(risen) };
    }
    held.iter().rev().take(*ahead).sum::<f32>() / *ahead as f32
}
