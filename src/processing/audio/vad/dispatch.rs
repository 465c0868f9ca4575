//! Real-time: the voice detectors there are, behind one type. Making one is the control side's.

use super::VoiceDetector;
use super::energy::EnergyDetector;
use super::spectral::SpectralDetector;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::{SampleRate, setters};
use std::fmt;

/// How voice is detected.
///
/// Example: [`VoiceDetector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum VadAlgorithm {
    /// Energy over an adaptive noise floor: [`EnergyDetector`].
    Energy,
    /// Spectral features and their ensemble: [`SpectralDetector`].
    #[default]
    Spectral,
    /// The network of Silero VAD and the spectral detector: `NeuralDetector`. Cargo feature `neural`.
    Neural,
}

impl VadAlgorithm {
    /// All of them, cheapest first.
    pub const ALL: [Self; 3] = [Self::Energy, Self::Spectral, Self::Neural];
}

/// What a voice detector is made from.
///
/// Example: [`VoiceDetector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct VadParams {
    /// How.
    pub algorithm: VadAlgorithm,
}

setters! { VadParams { algorithm: VadAlgorithm } }

/// A voice detector of any kind.
///
/// Example: [`VoiceDetector`].
#[non_exhaustive]
pub enum Vad {
    /// [`VadAlgorithm::Energy`].
    Energy(Box<EnergyDetector>),
    /// [`VadAlgorithm::Spectral`].
    Spectral(Box<SpectralDetector>),
    /// [`VadAlgorithm::Neural`].
    #[cfg(feature = "neural")]
    Neural(Box<super::neural::NeuralDetector>),
    /// One of the embedder's own.
    Boxed(Box<dyn VoiceDetector>),
}

impl Vad {
    /// A voice detector for one channel at `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::NotBuilt`] for [`VadAlgorithm::Neural`] without feature `neural`.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(rate: SampleRate, params: VadParams) -> Result<Self, ProcessingError> {
        match params.algorithm {
            VadAlgorithm::Energy => Ok(Self::Energy(Box::new(EnergyDetector::new(rate)))),
            VadAlgorithm::Spectral => Ok(Self::Spectral(Box::new(SpectralDetector::new(rate)))),
            #[cfg(feature = "neural")]
            VadAlgorithm::Neural => Ok(Self::Neural(Box::new(super::neural::NeuralDetector::new(rate)))),
            #[cfg(not(feature = "neural"))]
            VadAlgorithm::Neural => {
                Err(ProcessingError::NotBuilt { what: "voice detection `neural`", feature: "neural" })
            }
        }
    }

    fn inner_mut(&mut self) -> &mut dyn VoiceDetector {
        match self {
            Self::Energy(inner) => inner.as_mut(),
            Self::Spectral(inner) => inner.as_mut(),
            #[cfg(feature = "neural")]
            Self::Neural(inner) => inner.as_mut(),
            Self::Boxed(inner) => inner.as_mut(),
        }
    }
}

impl VoiceDetector for Vad {
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        self.inner_mut().process(block)
    }

    fn reset(&mut self) {
        self.inner_mut().reset();
    }
}

impl fmt::Debug for Vad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Energy(_) => "Vad::Energy",
            Self::Spectral(_) => "Vad::Spectral",
            #[cfg(feature = "neural")]
            Self::Neural(_) => "Vad::Neural",
            Self::Boxed(_) => "Vad::Boxed",
        })
    }
}

impl fmt::Display for VadAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Energy => "energy",
            Self::Spectral => "spectral",
            Self::Neural => "neural",
        })
    }
}
