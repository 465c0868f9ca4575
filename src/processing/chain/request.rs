//! Pure: what a chain is made for.

use super::params::ProcessingParams;
use crate::types::SampleRate;

/// The rates of the two directions of a leg.
///
/// Example: [`AudioProcessor`](crate::processing::AudioProcessor).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainRates {
    /// Of what comes from the party.
    pub received: SampleRate,
    /// Of what is sent to it.
    pub sent: SampleRate,
}

/// What a chain is made for.
///
/// Example: [`AudioProcessor`](crate::processing::AudioProcessor).
#[derive(Debug, Clone, Copy)]
pub struct ChainRequest<'a> {
    /// What the session asks for.
    pub requested: &'a ProcessingParams,
    /// What is left of it under the present load ([`ProcessingParams::shed`]).
    pub effective: &'a ProcessingParams,
}

impl<'a> From<&'a ProcessingParams> for ChainRequest<'a> {
    fn from(params: &'a ProcessingParams) -> Self {
        Self { requested: params, effective: params }
    }
}
