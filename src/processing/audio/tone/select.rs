//! Real-time: the closed set of tone detectors that a leg may hold, and the one door for an embedder's own.

use super::dtmf::DtmfDetector;
use super::single::SingleToneDetector;
use super::{ToneDetector, ToneEvent};
use crate::processing::stage::StageFault;
use std::fmt;

/// A tone detector.
pub enum Tones {
    /// DTMF digits.
    Dtmf(Box<DtmfDetector>),
    /// Single tones that last: fax, call progress.
    Single(Box<SingleToneDetector>),
    /// An embedder's own.
    Boxed(Box<dyn ToneDetector>),
}

impl ToneDetector for Tones {
    fn process(&mut self, block: &[f32]) -> Result<Option<ToneEvent>, StageFault> {
        match self {
            Self::Dtmf(detector) => detector.process(block),
            Self::Single(detector) => detector.process(block),
            Self::Boxed(detector) => detector.process(block),
        }
    }

    fn suppresses(&self) -> bool {
        match self {
            Self::Dtmf(detector) => detector.suppresses(),
            Self::Single(detector) => detector.suppresses(),
            Self::Boxed(detector) => detector.suppresses(),
        }
    }

    fn reset(&mut self) {
        match self {
            Self::Dtmf(detector) => detector.reset(),
            Self::Single(detector) => detector.reset(),
            Self::Boxed(detector) => detector.reset(),
        }
    }
}

impl fmt::Debug for Tones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dtmf(detector) => f.debug_tuple("Dtmf").field(detector).finish(),
            Self::Single(detector) => f.debug_tuple("Single").field(detector).finish(),
            Self::Boxed(_) => f.write_str("Boxed"),
        }
    }
}
