//! Real-time: the voice detectors there are, behind one type. Making one is the control side's.

use super::VoiceDetector;
use super::energy::EnergyDetector;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use std::fmt;

/// How voice is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum VadAlgorithm {
    /// Energy over an adaptive noise floor: [`EnergyDetector`].
    #[default]
    Energy,
}

impl VadAlgorithm {
    /// All of them, cheapest first.
    pub const ALL: [Self; 1] = [Self::Energy];
}

/// What a voice detector is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VadParams {
    /// How.
    pub algorithm: VadAlgorithm,
}

/// A voice detector of any kind.
#[non_exhaustive]
pub enum Vad {
    /// [`VadAlgorithm::Energy`].
    Energy(EnergyDetector),
    /// One of the embedder's own.
    Boxed(Box<dyn VoiceDetector>),
}

impl Vad {
    /// A voice detector for one channel at `rate`. Control side: allocates.
    ///
    /// # Errors
    /// None of the algorithms of this build has any.
    pub fn new(params: VadParams, rate: SampleRate) -> Result<Self, ProcessingError> {
        match params.algorithm {
            VadAlgorithm::Energy => Ok(Self::Energy(EnergyDetector::new(rate))),
        }
    }

    fn inner_mut(&mut self) -> &mut dyn VoiceDetector {
        match self {
            Self::Energy(inner) => inner,
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
            Self::Boxed(_) => "Vad::Boxed",
        })
    }
}

impl fmt::Display for VadAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Energy => "energy",
        })
    }
}
