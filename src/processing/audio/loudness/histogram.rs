//! Real-time: how often which loudness was measured, in steps of 0.1 LU from −70 to +10 LUFS.

use super::{loudness, power};

const LOWEST: f64 = -70.0;
const PER_LU: f64 = 10.0;
const BINS: usize = 800;

/// A histogram of loudness.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Box<[u32; BINS]>,
}

impl Histogram {
    /// An empty one. Control side: allocates.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new() -> Self {
        Self { counts: Box::new([0; BINS]) }
    }

    /// Counts a mean square; what is below −70 LUFS is not counted. Real-time safe.
    pub fn add(&mut self, mean_square: f64) {
        let place = (loudness(mean_square) - LOWEST) * PER_LU;
        if place >= 0.0
            && let Some(count) = self.counts.get_mut((place as usize).min(BINS - 1))
        {
            *count = count.saturating_add(1);
        }
    }

    /// The mean of the mean squares whose loudness is above `gate`.
    pub fn mean_above(&self, gate: f64) -> Option<f64> {
        let (count, sum) = self.above(gate).fold((0.0, 0.0), |(c, s), (lufs, n)| (c + n, s + n * power(lufs)));
        (count > 0.0).then(|| sum / count)
    }

    /// The loudness below which that part of all above `gate` is.
    pub fn percentile_above(&self, gate: f64, part: f64) -> Option<f64> {
        let all: f64 = self.above(gate).map(|(_, n)| n).sum();
        let mut below = 0.0;
        self.above(gate).find_map(|(lufs, n)| {
            below += n;
            (n > 0.0 && below >= part * all).then_some(lufs)
        })
    }

    /// Counts nothing any more.
    pub fn reset(&mut self) {
        self.counts.fill(0);
    }

    /// Loudness in the middle of each bin above `gate`, and its count.
    fn above(&self, gate: f64) -> impl Iterator<Item = (f64, f64)> {
        let bins = self.counts.iter().enumerate().map(|(n, &c)| (LOWEST + (n as f64 + 0.5) / PER_LU, f64::from(c)));
        bins.filter(move |(lufs, _)| *lufs > gate)
    }
}
