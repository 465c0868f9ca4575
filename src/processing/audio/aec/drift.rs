//! Real-time: the drift between the clocks of the two ends, from the phase by which the error follows the estimated echo.

use super::spectrum::Spectrum;

/// Share of the timing error that goes to the drift in a block.
const GAIN: f32 = 1e-3;
/// Largest drift in samples a block at 16 kHz: 300 ppm.
const MOST: f32 = 0.05;

/// The drift, tracked, and the phase that it turns the path by in a block.
#[derive(Debug)]
pub(super) struct Drift {
    /// In samples a block.
    rate: f32,
    most: f32,
    turn: Spectrum,
}

impl Drift {
    pub(super) fn new(block: usize) -> Self {
        Self { rate: 0.0, most: MOST * block as f32 / 160.0, turn: Spectrum::new(block) }
    }

    pub(super) fn reset(&mut self) {
        self.rate = 0.0;
    }

    /// Takes the spectra of the estimated echo and of the error, each of one block after a block of silence. An echo that
    /// comes `t` samples later than estimated leaves `-iωt` times the estimate.
    pub(super) fn update(&mut self, echo: &Spectrum, error: &Spectrum, bins: usize) {
        let bins = bins.min(echo.re.len());
        let step = std::f32::consts::PI / (echo.re.len().saturating_sub(1)).max(1) as f32;
        let (mut late, mut weight) = (0.0, 1e-9);
        let parts = echo.re.iter().zip(&echo.im).zip(error.re.iter().zip(&error.im));
        for (k, ((yr, yi), (er, ei))) in parts.enumerate().take(bins) {
            let w = k as f32 * step;
            let power = yr * yr + yi * yi;
            // Each bin counts by its power over what disturbs it.
            let trust = 1.0 / (power + er * er + ei * ei + 1e-6);
            late -= trust * w * (ei * yr - er * yi);
            weight += trust * w * w * power;
        }
        self.rate = (self.rate + GAIN * (late / weight).clamp(-2.0, 2.0)).clamp(-self.most, self.most);
    }

    /// What the path's spectrum is multiplied by in a block; none while there is hardly any drift.
    pub(super) fn turn(&mut self, block: usize) -> Option<&Spectrum> {
        if self.rate.abs() < 2e-4 {
            return None;
        }
        let (sin, cos) = (-std::f32::consts::PI * self.rate / block as f32).sin_cos();
        let (mut re, mut im) = (1.0f32, 0.0f32);
        for (r, i) in self.turn.re.iter_mut().zip(&mut self.turn.im) {
            (*r, *i) = (re, im);
            (re, im) = (re * cos - im * sin, re * sin + im * cos);
        }
        Some(&self.turn)
    }
}
