//! Real-time: what the network hears of a block, in each band: the powers of what the filter leaves, of its echo, of the near end, and of
//! the far end now and where the filter begins; what the filter doubts; how coherent its echo is with what is left and with the near end.

use super::EchoScene;
use super::bands::{BANDS, BINS, means};
use crate::processing::audio::aec::spectrum_bins::Parts;
use crate::processing::finite::or_zero;

/// Numbers in each band.
const KINDS: usize = 8;
/// Numbers beside the bands.
pub(super) const FLAGS: usize = 4;
/// How many numbers there are.
pub(super) const INPUTS: usize = KINDS * BANDS + FLAGS;
/// What remains of a cross spectrum after a block.
const KEPT: f32 = 0.8;
/// Decay of the far end's power in a room in 10 ms.
const DECAY: f32 = 0.75;
/// What is kept of less is this.
const LEAST: f32 = 1e-20;

/// The features, and what they remember.
#[derive(Debug)]
pub(super) struct EchoFeatures {
    pub(super) values: [f32; INPUTS],
    /// Cross spectrum of what is left and the echo, and the powers of both.
    held: [[f32; BANDS]; 4],
    /// Decay of the far end's power.
    far: [f32; BANDS],
}

/// A power on a scale that a network likes.
fn level(power: f32) -> f32 {
    0.25 * (power.max(0.0) + 1e-6).ln() + 1.0
}

fn powers((re, im): Parts<'_>) -> impl Iterator<Item = f32> {
    re.iter().zip(im).map(|(re, im)| re * re + im * im)
}

impl EchoFeatures {
    pub(super) const fn new() -> Self {
        Self { values: [0.0; INPUTS], held: [[0.0; BANDS]; 4], far: [0.0; BANDS] }
    }

    /// Takes a block.
    pub(super) fn update(&mut self, scene: EchoScene<'_>) {
        let (error, echo) = (&scene.spectra.error, &scene.spectra.echo);
        let bins = scene.bins.min(BINS);
        let parts = || error.re.iter().zip(&error.im).zip(echo.re.iter().zip(&echo.im)).take(bins);
        let now = [
            means(parts().map(|((er, ei), (yr, yi))| er * yr + ei * yi)),
            means(parts().map(|((er, ei), (yr, yi))| ei * yr - er * yi)),
            means(parts().map(|((er, ei), _)| er * er + ei * ei)),
            means(parts().map(|(_, (yr, yi))| yr * yr + yi * yi)),
        ];
        for (held, now) in self.held.as_flattened_mut().iter_mut().zip(now.as_flattened()) {
            *held = or_zero(KEPT * *held + (1.0 - KEPT) * now) + LEAST;
        }
        let [heard, late] = scene.far.map(|far| means(powers(far).take(bins)));
        let doubted = means(scene.uncertainty.iter().map(|power| scene.uncertainty_scale * power).take(bins));
        for (held, late) in self.far.iter_mut().zip(late) {
            *held = or_zero(DECAY * *held + late) + LEAST;
        }
        for band in 0..BANDS {
            let [re, _, left, told] = now.map(|now| now[band]);
            let near = left + told + 2.0 * re;
            let levels = [left, told, near, heard[band], self.far[band], doubted[band]].map(level);
            let values = levels.into_iter().chain(self.coherences(band));
            for (kind, value) in values.enumerate() {
                self.values[kind * BANDS + band] = or_zero(value);
            }
        }
        for (value, flag) in self.values.iter_mut().rev().zip(scene.flags.iter().rev()) {
            *value = or_zero(*flag);
        }
    }

    /// Of the echo with what is left, and with the near end.
    fn coherences(&self, band: usize) -> [f32; 2] {
        let [re, im, left, told] = self.held.map(|held| held[band]);
        let near = (left + told + 2.0 * re).max(0.0);
        let of = |re: f32, power: f32| (re * re + im * im) / (power * told + 1e-12);
        [of(re, left), of(re + told, near)]
    }
}
