//! Real-time: the echo that the filter leaves of what it estimates, learnt band by band.

use super::spectrum::zeros;

/// Bins of a band.
const BAND: usize = 8;
/// Of the filter's own uncertainty that counts as residual echo beside a near speaker: the uncertainty is large in double talk.
const UNCERTAIN_SHARE: f32 = 0.1;
/// How fast a leak that has become more, or less, is followed in 10 ms. What is less is sure at once, since the residual
/// echo is no more than the error; what is more may be the near end.
const RISE: f32 = 0.005;
const FALL: f32 = 0.1;
/// By how much the leak may grow in 10 ms: a near speaker comes faster.
const GROWTH: f32 = 1.05;

/// The leak.
#[derive(Debug)]
pub(super) struct Leakage {
    /// In each band: power left, and power estimated.
    shares: Box<[[f32; 2]]>,
    /// Share of the uncertainty that is real, in each band.
    overdone: Box<[f32]>,
    /// From the uncertainty's power to that under the analysis window.
    scale: f32,
    /// Power of the residual echo in each bin.
    pub(super) residual: Box<[f32]>,
}

impl Leakage {
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(block: usize, scale: f32) -> Self {
        let bands = (block + 1).div_ceil(BAND);
        Self {
            shares: vec![[0.0; 2]; bands].into_boxed_slice(),
            overdone: zeros(bands),
            scale,
            residual: zeros(block + 1),
        }
    }

    pub(super) fn reset(&mut self) {
        self.shares.fill([0.05e-3, 1e-3]);
        self.overdone.fill(1.0);
    }

    /// Works the residual echo out, of which `trust` has been tried to take out; returns its power over all bins.
    pub(super) fn estimate(&mut self, echo: &[f32], uncertainty: &[f32], trust: f32) -> f32 {
        let bands = self.residual.chunks_mut(BAND).zip(echo.chunks(BAND)).zip(&self.shares);
        for ((residual, echo), [left, all]) in bands {
            let share = trust * (left / (all + 1e-12)).clamp(1e-4, 1.0);
            for (r, e) in residual.iter_mut().zip(echo) {
                *r = share * e;
            }
        }
        let bands = self.residual.chunks_mut(BAND).zip(uncertainty.chunks(BAND)).zip(&self.overdone);
        for ((residual, uncertainty), overdone) in bands {
            let share = UNCERTAIN_SHARE * self.scale * overdone;
            for (r, uncertainty) in residual.iter_mut().zip(uncertainty) {
                *r += share * uncertainty;
            }
        }
        self.residual.iter().sum()
    }

    /// The residual echo is no more than the error: where the uncertainty says otherwise it is overdone. `renewed`: it is real
    /// again.
    pub(super) fn judge(&mut self, error: &[f32], uncertainty: &[f32], renewed: bool) {
        for ((error, uncertainty), overdone) in error.chunks(BAND).zip(uncertainty.chunks(BAND)).zip(&mut self.overdone)
        {
            let (error, uncertainty): (f32, f32) = (error.iter().sum(), self.scale * uncertainty.iter().sum::<f32>());
            let ratio = (2.0 * error / (uncertainty + 1e-9)).min(1.0);
            if renewed {
                *overdone = 1.0;
            } else if uncertainty > 1e-4 {
                *overdone = if ratio < *overdone {
                    *overdone + 0.4 * (ratio - *overdone)
                } else {
                    (*overdone * 1.003 + 1e-6).min(ratio)
                };
            }
        }
    }

    /// Learns from a block; upwards only if the far end speaks `alone`.
    pub(super) fn learn(&mut self, error: &[f32], echo: &[f32], noise: &[f32], alone: bool) {
        let bands = error.chunks(BAND).zip(echo.chunks(BAND)).zip(noise.chunks(BAND));
        for (((error, echo), noise), [left, all]) in bands.zip(&mut self.shares) {
            let (error, echo, noise): (f32, f32, f32) = (error.iter().sum(), echo.iter().sum(), noise.iter().sum());
            let more = error * *all > *left * echo;
            if echo > 4.0 * noise + 1e-5 && (alone || !more) {
                let rate = if more { RISE } else { FALL };
                let most = GROWTH * *left / (*all + 1e-12);
                *left += rate * ((error - noise).max(0.0) - *left);
                *all += rate * (echo - *all);
                *left = left.min(most * *all);
            }
        }
    }
}
