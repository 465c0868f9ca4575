//! Real-time: measures the level and the spectrum of background noise.

use super::lpc::{MAX_ORDER, reflection_from_autocorrelation};
use super::payload::ComfortNoise;
use crate::types::Decibels;

/// Weight of a new block against the past: a time constant of about 80 ms.
const NEWEST: f32 = 0.125;
/// A floor of white noise, -40 dB: keeps narrow peaks and near-silence from making an extreme filter.
const WHITE_FLOOR: f32 = 1.0001;

/// Samples that are correlated at a time.
const PART: usize = 80;

/// Analyses blocks of 10 ms that hold no speech (the caller's voice activity detector says which).
///
/// Real-time safe; works at any sample rate. The description may be asked for at any time.
#[derive(Debug, Clone, Default)]
pub struct ComfortNoiseAnalyzer {
    /// Mean autocorrelation, the mean square first; `None` before the first block.
    autocorrelation: Option<[f32; MAX_ORDER + 1]>,
    /// The last samples before the block, oldest first.
    past: [f32; MAX_ORDER],
}

impl ComfortNoiseAnalyzer {
    /// An analyser that has heard nothing: it describes silence.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one mono block of noise. A block with a sample that is not finite, or none, is left out.
    pub fn observe(&mut self, block: &[f32]) {
        let mut past = self.past;
        // By lag, the greatest first: the order in which the past stands.
        let mut sums = [0.0; MAX_ORDER + 1];
        for part in block.chunks(PART) {
            let mut line = [0.0; MAX_ORDER + PART];
            line[..MAX_ORDER].copy_from_slice(&past);
            line[MAX_ORDER..][..part.len()].copy_from_slice(part);
            for (window, x) in line.windows(MAX_ORDER + 1).zip(part) {
                sums.iter_mut().zip(window).for_each(|(sum, y)| *sum += x * y);
            }
            past.copy_from_slice(&line[part.len()..][..MAX_ORDER]);
        }
        sums.reverse();
        let r = sums.map(|sum| sum / block.len() as f32);
        if !r.iter().all(|r| r.is_finite()) {
            return;
        }
        self.past = past;
        match &mut self.autocorrelation {
            None => self.autocorrelation = Some(r),
            Some(mean) => mean.iter_mut().zip(r).for_each(|(mean, r)| *mean += NEWEST * (r - *mean)),
        }
    }

    /// What the noise of the last tenths of a second was like.
    pub fn describe(&self) -> ComfortNoise {
        let Some(mut r) = self.autocorrelation else { return ComfortNoise::SILENCE };
        let level = Decibels::from_power(r[0]);
        r[0] *= WHITE_FLOOR;
        ComfortNoise::new(level, &reflection_from_autocorrelation(&r))
    }

    /// Forgets what was heard, up to this block, after which the noise comes without a gap.
    pub fn pre_roll(&mut self, block: &[f32]) {
        self.reset();
        if let Some(last) = block.last_chunk::<MAX_ORDER>().filter(|last| last.iter().all(|x| x.is_finite())) {
            self.past = *last;
        }
    }

    /// Forgets what was heard, as at the start of a new stretch of silence.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}
