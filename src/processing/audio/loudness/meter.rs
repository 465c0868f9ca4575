//! Real-time: a loudness meter for the tick (ITU-R BS.1770-4, EBU Tech 3341 and 3342), one channel, without allocating.
//!
//! Momentary (400 ms) and short-term (3 s) loudness are told each 100 ms; integrated loudness and loudness range come from
//! histograms of 0.1 LU, so that a call of hours needs no more memory than one of a second.

#[cfg(test)]
mod tests;

use super::histogram::Histogram;
use super::{KWeighting, loudness};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

/// Pieces of 100 ms in short-term and momentary loudness.
const SHORT_TERM: usize = 30;
const MOMENTARY: usize = 4;
/// Blocks in a piece.
const BLOCKS: u32 = 10;
/// BS.1770's absolute gate in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;
/// Relative gates in LU: of BS.1770, and of Tech 3342.
const GATE: f64 = 10.0;
const RANGE_GATE: f64 = 20.0;

/// A loudness meter of one channel.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::LoudnessMeter;
///
/// let mut meter = LoudnessMeter::new(SampleRate::Hz48000);
/// let mut n = 0.0_f64;
/// for _ in 0..300 {
///     let block: Vec<f32> = (0..480)
///         .map(|_| {
///             n += 1.0;
///             (n * std::f64::consts::TAU * 997.0 / 48_000.0).sin() as f32
///         })
///         .collect();
///     meter.process(&block).unwrap();
/// }
/// let loudness = meter.integrated().unwrap(); // LUFS: of a full-scale sine of 997 Hz -3.01 (ITU-R BS.1770)
/// assert!((loudness + 3.01).abs() < 0.1, "{loudness}");
/// ```
#[derive(Debug, Clone)]
pub struct LoudnessMeter {
    rate: SampleRate,
    weighting: KWeighting,
    pieces: [f64; SHORT_TERM],
    at: usize,
    heard: u64,
    sum: f64,
    blocks: u32,
    momentary: Histogram,
    short_term: Histogram,
}

impl LoudnessMeter {
    /// A meter for audio of `rate`. Control side: allocates.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            weighting: KWeighting::new(rate),
            pieces: [0.0; SHORT_TERM],
            at: 0,
            heard: 0,
            sum: 0.0,
            blocks: 0,
            momentary: Histogram::new(),
            short_term: Histogram::new(),
        }
    }

    /// Listens to a block of 10 ms of finite samples; a block with others counts as silence. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; nothing is changed.
    pub fn process(&mut self, block: &[f32]) -> Result<(), StageFault> {
        if block.len() != self.rate.block_samples() {
            return Err(StageFault::BadBlock);
        }
        if block.iter().all(|x| x.abs() <= 1e4) {
            self.sum += self.weighting.mean_square(block);
        }
        self.blocks += 1;
        if self.blocks == BLOCKS {
            self.at = (self.at + 1) % SHORT_TERM;
            self.pieces[self.at % SHORT_TERM] = self.sum / f64::from(BLOCKS);
            (self.sum, self.blocks) = (0.0, 0);
            self.heard = self.heard.saturating_add(1);
            if self.heard >= MOMENTARY as u64 {
                self.momentary.add(self.mean(MOMENTARY));
            }
            if self.heard >= SHORT_TERM as u64 {
                self.short_term.add(self.mean(SHORT_TERM));
            }
        }
        Ok(())
    }

    /// Loudness of the last 400 ms in LUFS, to the last full 100 ms; what there was not counts as silence.
    pub fn momentary(&self) -> f64 {
        loudness(self.mean(MOMENTARY))
    }

    /// Loudness of the last 3 s in LUFS, to the last full 100 ms; what there was not counts as silence.
    pub fn short_term(&self) -> f64 {
        loudness(self.mean(SHORT_TERM))
    }

    /// Integrated loudness since the last reset in LUFS; `None` before anything was louder than −70 LUFS for 400 ms.
    /// Walks the histogram (a few µs).
    pub fn integrated(&self) -> Option<f64> {
        let gate = loudness(self.momentary.mean_above(ABSOLUTE_GATE)?) - GATE;
        self.momentary.mean_above(gate.max(ABSOLUTE_GATE)).map(loudness)
    }

    /// Loudness range since the last reset in LU; `None` as [`Self::integrated`], for 3 s. Walks the histogram.
    pub fn range(&self) -> Option<f64> {
        let gate = (loudness(self.short_term.mean_above(ABSOLUTE_GATE)?) - RANGE_GATE).max(ABSOLUTE_GATE);
        Some(self.short_term.percentile_above(gate, 0.95)? - self.short_term.percentile_above(gate, 0.10)?)
    }

    /// Begins anew. Real-time safe.
    pub fn reset(&mut self) {
        self.weighting.reset();
        (self.pieces, self.at, self.heard, self.sum, self.blocks) = ([0.0; SHORT_TERM], 0, 0, 0.0, 0);
        self.momentary.reset();
        self.short_term.reset();
    }

    fn mean(&self, pieces: usize) -> f64 {
        let sum: f64 = (0..pieces).map(|n| self.pieces[(self.at + SHORT_TERM - n) % SHORT_TERM]).sum();
        sum / pieces.max(1) as f64
    }
}
