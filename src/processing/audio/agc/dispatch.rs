//! Real-time: the closed set of gain controls that a leg may hold, and the one door for an embedder's own.

use super::{AgcAlgorithm, AgcParams, GainControl, Leveler, MultibandAgc, WidebandAgc};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use std::fmt;

/// Gain control.
///
/// Example: [`GainControl`](crate::processing::GainControl).
pub enum Agc {
    /// One gain for all frequencies.
    Wideband(Box<WidebandAgc>),
    /// Three bands.
    Multiband(Box<MultibandAgc>),
    /// An embedder's own.
    Boxed(Box<dyn GainControl>),
}

impl Agc {
    /// One of ours. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(rate: SampleRate, algorithm: AgcAlgorithm, params: AgcParams) -> Result<Self, ProcessingError> {
        Ok(match algorithm {
            AgcAlgorithm::Wideband => Self::Wideband(Box::new(WidebandAgc::new(rate, params)?)),
            AgcAlgorithm::Multiband => Self::Multiband(Box::new(MultibandAgc::new(rate, params)?)),
        })
    }

    /// Other settings, from the next block on, without a jump in gain; an embedder's own has settings of its own, and is
    /// left as it is. Real-time safe.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`]; the old ones stay.
    pub fn set_params(&mut self, params: AgcParams) -> Result<(), ProcessingError> {
        match self {
            Self::Wideband(agc) => agc.set_params(params),
            Self::Multiband(agc) => agc.set_params(params),
            Self::Boxed(_) => Ok(()),
        }
    }
}

macro_rules! each {
    ($of:expr, $agc:ident => $call:expr) => {
        match $of {
            Self::Wideband($agc) => $call,
            Self::Multiband($agc) => $call,
            Self::Boxed($agc) => $call,
        }
    };
}

impl GainControl for Agc {
    fn process(&mut self, block: &mut [f32], voice: f32) -> Result<(), StageFault> {
        each!(self, agc => agc.process(block, voice))
    }

    fn adjust(&mut self, params: &AgcParams) {
        each!(self, agc => agc.adjust(params));
    }

    fn leveler(&self) -> Option<&Leveler> {
        each!(self, agc => agc.leveler())
    }

    fn continue_from(&mut self, former: &Leveler) {
        each!(self, agc => agc.continue_from(former));
    }

    fn gain_db(&self) -> f32 {
        each!(self, agc => agc.gain_db())
    }

    fn delay_samples(&self) -> usize {
        each!(self, agc => agc.delay_samples())
    }

    fn reset(&mut self) {
        each!(self, agc => agc.reset());
    }
}

impl fmt::Debug for Agc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wideband(agc) => f.debug_tuple("Wideband").field(agc).finish(),
            Self::Multiband(agc) => f.debug_tuple("Multiband").field(agc).finish(),
            Self::Boxed(_) => f.write_str("Boxed"),
        }
    }
}
