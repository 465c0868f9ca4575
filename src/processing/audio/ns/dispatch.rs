//! Real-time: the noise suppressors there are, behind one type. Making one is the control side's.

use super::spectral::SpectralSuppressor;
use super::{NoiseSuppression, NoiseSuppressor};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::{SampleRate, setters};
use std::fmt;

/// How noise is suppressed.
///
/// Example: [`ProcessingParams`](crate::ProcessingParams).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum NsAlgorithm {
    /// Spectral gains from a tracked noise spectrum: [`SpectralSuppressor`].
    #[default]
    Spectral,
    /// A small recurrent network (RNNoise) at 48 kHz. Cargo feature `neural`.
    Neural,
}

/// What a noise suppressor is made from.
///
/// Example: [`ProcessingParams`](crate::ProcessingParams).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct NsParams {
    /// How.
    pub algorithm: NsAlgorithm,
    /// How strongly.
    pub level: NoiseSuppression,
}

setters! { NsParams { algorithm: NsAlgorithm, level: NoiseSuppression } }

/// A noise suppressor of any kind.
///
/// Example: [`NoiseSuppressor`].
#[non_exhaustive]
pub enum Ns {
    /// [`NsAlgorithm::Spectral`].
    Spectral(Box<SpectralSuppressor>),
    /// [`NsAlgorithm::Neural`].
    #[cfg(feature = "neural")]
    Neural(Box<super::neural::NeuralSuppressor>),
    /// One of the embedder's own.
    Boxed(Box<dyn NoiseSuppressor>),
}

impl Ns {
    /// A noise suppressor for one channel at `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::NotBuilt`] for [`NsAlgorithm::Neural`] without feature `neural`.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(rate: SampleRate, params: NsParams) -> Result<Self, ProcessingError> {
        match params.algorithm {
            NsAlgorithm::Spectral => Ok(Self::Spectral(Box::new(SpectralSuppressor::new(rate, params.level)))),
            #[cfg(feature = "neural")]
            NsAlgorithm::Neural => Ok(Self::Neural(Box::new(super::neural::NeuralSuppressor::new(rate, params.level)))),
            #[cfg(not(feature = "neural"))]
            NsAlgorithm::Neural => {
                Err(ProcessingError::NotBuilt { what: "noise suppression `neural`", feature: "neural" })
            }
        }
    }

    fn inner(&self) -> &dyn NoiseSuppressor {
        match self {
            Self::Spectral(inner) => inner.as_ref(),
            #[cfg(feature = "neural")]
            Self::Neural(inner) => inner.as_ref(),
            Self::Boxed(inner) => inner.as_ref(),
        }
    }

    fn inner_mut(&mut self) -> &mut dyn NoiseSuppressor {
        match self {
            Self::Spectral(inner) => inner.as_mut(),
            #[cfg(feature = "neural")]
            Self::Neural(inner) => inner.as_mut(),
            Self::Boxed(inner) => inner.as_mut(),
        }
    }
}

impl NoiseSuppressor for Ns {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        self.inner_mut().process(block)
    }

    fn set_level(&mut self, level: NoiseSuppression) {
        self.inner_mut().set_level(level);
    }

    fn delay_samples(&self) -> usize {
        self.inner().delay_samples()
    }

    fn reset(&mut self) {
        self.inner_mut().reset();
    }
}

impl fmt::Debug for Ns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spectral(_) => "Ns::Spectral",
            #[cfg(feature = "neural")]
            Self::Neural(_) => "Ns::Neural",
            Self::Boxed(_) => "Ns::Boxed",
        })
    }
}

impl fmt::Display for NsAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spectral => "spectral",
            Self::Neural => "neural",
        })
    }
}
