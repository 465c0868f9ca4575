//! Real-time: the cancellers behind one type.

use super::{AecAlgorithm, AecParams, EchoCanceller, EchoMetrics, FrequencyDomain, Nlms};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use std::fmt;

/// An echo canceller: one of ours, or an embedder's.
///
/// Example: [`EchoCanceller`](crate::processing::EchoCanceller).
pub enum Aec {
    /// Time domain, light.
    Nlms(Box<Nlms>),
    /// Partitioned blocks in the frequency domain.
    FrequencyDomain(Box<FrequencyDomain>),
    /// An embedder's own.
    Boxed(Box<dyn EchoCanceller>),
}

impl fmt::Debug for Aec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nlms(aec) => aec.fmt(f),
            Self::FrequencyDomain(aec) => aec.fmt(f),
            Self::Boxed(_) => f.write_str("Boxed(..)"),
        }
    }
}

impl Aec {
    /// Makes the canceller that `params` name. Control side.
    ///
    /// # Errors
    /// A parameter out of its range, [`ProcessingError::NotBuilt`] for [`AecAlgorithm::Neural`] without feature `neural`.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(rate: SampleRate, params: AecParams) -> Result<Self, ProcessingError> {
        Ok(match params.algorithm {
            AecAlgorithm::Nlms => Self::Nlms(Box::new(Nlms::new(rate, params)?)),
            AecAlgorithm::FrequencyDomain | AecAlgorithm::Neural => {
                Self::FrequencyDomain(Box::new(FrequencyDomain::new(rate, params)?))
            }
        })
    }
}

impl EchoCanceller for Aec {
    fn process(&mut self, far: &[f32], near: &mut [f32]) -> Result<(), StageFault> {
        match self {
            Self::Nlms(aec) => aec.process(far, near),
            Self::FrequencyDomain(aec) => aec.process(far, near),
            Self::Boxed(aec) => aec.process(far, near),
        }
    }

    fn set_params(&mut self, params: &AecParams) {
        match self {
            Self::Nlms(aec) => aec.set_params(params),
            Self::FrequencyDomain(aec) => aec.set_params(params),
            Self::Boxed(aec) => aec.set_params(params),
        }
    }

    fn metrics(&self) -> EchoMetrics {
        match self {
            Self::Nlms(aec) => aec.metrics(),
            Self::FrequencyDomain(aec) => aec.metrics(),
            Self::Boxed(aec) => aec.metrics(),
        }
    }

    fn reset(&mut self) {
        match self {
            Self::Nlms(aec) => aec.reset(),
            Self::FrequencyDomain(aec) => aec.reset(),
            Self::Boxed(aec) => aec.reset(),
        }
    }
}
