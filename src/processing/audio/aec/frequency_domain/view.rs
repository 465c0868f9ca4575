//! Real-time: what a canceller knows of the echo in its last block, for what decides by it beside the canceller.

use super::FrequencyDomain;
use crate::processing::audio::aec::spectrum::Spectrum;

/// What is known of the echo in the last block. Spectra are of the last two blocks, 50 Hz a bin, under the analysis window.
#[derive(Debug, Clone, Copy)]
pub(in crate::processing::audio) struct EchoView<'a> {
    /// The estimated echo.
    pub(in crate::processing::audio) echo: &'a Spectrum,
    /// What is left beside it.
    pub(in crate::processing::audio) error: &'a Spectrum,
}

impl FrequencyDomain {
    /// Of the last block. Real-time safe.
    pub(in crate::processing::audio) fn view(&self) -> EchoView<'_> {
        EchoView { echo: &self.analysis.echo, error: &self.analysis.error }
    }

    /// Of the last block, what its network heard; none without one.
    pub(in crate::processing::audio::aec) fn heard(&self) -> Option<&[f32]> {
        self.network.as_deref().map(|network| network.heard().as_slice())
    }

    /// Bins that there are at its rate.
    pub(in crate::processing::audio::aec) const fn bins(&self) -> usize {
        self.block + 1
    }
}
