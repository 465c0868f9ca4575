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
}
