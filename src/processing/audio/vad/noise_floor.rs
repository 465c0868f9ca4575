//! Real-time: the floor that levels rise from: the minimum of the smoothed level over the last one to two periods,
//! approached slowly (Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
//! statistics", 2001, in its simplest form).

/// Smoothing of the level of which the minimum is taken, per block of 10 ms.
const SMOOTHING: f32 = 0.3;
/// How fast the floor follows the minimum down and up, per block.
const DOWN: f32 = 0.15;
const UP: f32 = 0.03;

/// Floors of `N` levels in dB.
#[derive(Debug, Clone, Copy)]
pub(in crate::processing::audio) struct Floors<const N: usize> {
    smooth: [f32; N],
    minimum: [f32; N],
    candidate: [f32; N],
    floor: [f32; N],
    /// Blocks after which the minima are renewed, and since they were.
    period: u16,
    since_renewal: u16,
}

impl<const N: usize> Floors<N> {
    /// Floors that are at the first levels.
    pub(in crate::processing::audio) const fn at(levels: &[f32; N], period: u16) -> Self {
        let (smooth, minimum, candidate, floor) = (*levels, *levels, *levels, *levels);
        Self { smooth, minimum, candidate, floor, period, since_renewal: 0 }
    }

    /// Takes in the levels of a block; returns by how much each exceeds its floor.
    pub(in crate::processing::audio) fn excess(&mut self, levels: &[f32; N]) -> [f32; N] {
        let mut excess = [0.0; N];
        self.since_renewal += 1;
        let renew = self.since_renewal >= self.period;
        if renew {
            self.since_renewal = 0;
        }
        let minima = self.minimum.iter_mut().zip(&mut self.candidate);
        let tracked = self.smooth.iter_mut().zip(minima).zip(&mut self.floor);
        for ((((smooth, (minimum, candidate)), floor), level), excess) in tracked.zip(levels).zip(&mut excess) {
            *smooth += SMOOTHING * (level - *smooth);
            *minimum = minimum.min(*smooth);
            *candidate = candidate.min(*smooth);
            if renew {
                (*minimum, *candidate) = (*candidate, *smooth);
            }
            let pace = if *minimum < *floor { DOWN } else { UP };
            *floor += pace * (*minimum - *floor);
            *excess = level - *floor;
        }
        excess
    }
}
