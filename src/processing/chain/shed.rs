//! Control: what a chain gives up under load, step by step: the costly algorithm of a stage for the cheap one, of echo
//! cancellation most of the tail.

use super::choice::Choice;
use super::params::ProcessingParams;
use crate::processing::audio::agc::AgcAlgorithm;
use crate::processing::audio::ns::NsAlgorithm;
use crate::processing::audio::vad::VadAlgorithm;
use crate::rt::shed::{ShedLevel, ShedStep};

impl ProcessingParams {
    /// What is left of the chain at a shedding level: costly algorithms give way to the cheap ones of their stage, a
    /// long tail to a short one. What is asked for stays in kind, and an embedder's own stages are not touched.
    #[must_use]
    pub fn shed(&self, level: ShedLevel) -> Self {
        let mut left = self.clone();
        if level.sheds(ShedStep::Detection)
            && let Choice::Use(vad) = &mut left.vad
        {
            vad.algorithm = VadAlgorithm::Energy;
        }
        if level.sheds(ShedStep::NoiseSuppression)
            && let Choice::Use(ns) = &mut left.ns
        {
            ns.algorithm = NsAlgorithm::Spectral;
        }
        if level.sheds(ShedStep::GainControl) {
            for agc in [&mut left.agc, &mut left.outward_agc] {
                if let Choice::Use(agc) = agc {
                    agc.algorithm = AgcAlgorithm::Wideband;
                }
            }
        }
        if level.sheds(ShedStep::EchoCancellation)
            && let Choice::Use(aec) = &mut left.aec
        {
            *aec = aec.low_complexity();
        }
        left
    }
}
