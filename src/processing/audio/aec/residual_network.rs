//! Real-time: a network that tells echo from near speech in what the filter leaves: a gain for each band, and how much of the filter's
//! echo to take out. Fitted by this project (`tools/networks`), cargo feature `neural`.

mod bands;
mod features;
#[cfg(test)]
mod tests;
mod weights;

use super::analysis::Analysis;
use super::spectrum::zeros;
use super::spectrum_bins::Parts;
use crate::processing::audio::fast_math::logistic;
pub(super) use bands::BINS;
use bands::{BANDS, spread};
use features::{EchoFeatures, FLAGS, INPUTS};
use weights::{LAYERS, UNITS, Weights};

/// Gains are taken to this power, and the share of the echo to a half: what is heard of real devices' echoes falls by more than what
/// is lost of their speakers (AECMOS).
const RESOLVE: f32 = 1.1;

/// A block as the filter leaves it.
#[derive(Debug, Clone, Copy)]
pub(super) struct EchoScene<'a> {
    /// Of the estimated echo and what is left without it.
    pub(super) spectra: &'a Analysis,
    /// Bins that there are at this rate.
    pub(super) bins: usize,
    /// Of the far end: now, and where the filter begins.
    pub(super) far: [Parts<'a>; 2],
    /// Power that the filter's uncertainty stands for, and its scale to those spectra.
    pub(super) uncertainty: &'a [f32],
    pub(super) uncertainty_scale: f32,
    /// What the detector would take out, how surely there is an echo for it, whether the filter fits, whether it has converged.
    pub(super) flags: [f32; FLAGS],
}

/// The network of one canceller.
pub(super) struct ResidualNetwork {
    weights: &'static Weights,
    features: EchoFeatures,
    states: [[f32; UNITS]; LAYERS],
    work: Box<[f32]>,
    gains: [f32; BINS],
    share: f32,
}

impl ResidualNetwork {
    /// None in a build without its weights. Allocates.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(super) fn boxed() -> Option<Box<Self>> {
        let weights = Weights::shared()?;
        Some(Box::new(Self {
            weights,
            features: EchoFeatures::new(),
            states: [[0.0; UNITS]; LAYERS],
            work: zeros(weights.work()),
            gains: [1.0; BINS],
            share: 0.0,
        }))
    }

    /// Forgets what it heard.
    pub(super) fn reset(&mut self) {
        self.features = EchoFeatures::new();
        self.states = [[0.0; UNITS]; LAYERS];
        (self.gains, self.share) = ([1.0; BINS], 0.0);
    }

    /// Hears a block.
    pub(super) fn update(&mut self, scene: EchoScene<'_>) {
        self.features.update(scene);
        let mut said = [0.0; BANDS + 1];
        self.weights.say(&self.features.values, &mut self.states, &mut self.work, &mut said);
        let said = said.map(logistic);
        spread(&said.map(|gain| gain.powf(RESOLVE)), &mut self.gains);
        self.share = said[BANDS].sqrt();
    }

    /// Lets all through: there is no echo.
    pub(super) fn pass(&mut self) {
        (self.gains, self.share) = ([1.0; BINS], 0.0);
    }

    /// Of each bin.
    pub(super) fn gains(&self) -> &[f32; BINS] {
        &self.gains
    }

    /// Of the filter's echo that is to be taken out, 0..=1.
    pub(super) fn share(&self) -> f32 {
        self.share
    }

    /// What it heard of the last block.
    pub(super) fn heard(&self) -> &[f32; INPUTS] {
        &self.features.values
    }
}

impl std::fmt::Debug for ResidualNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResidualNetwork").field("share", &self.share).finish_non_exhaustive()
    }
}
