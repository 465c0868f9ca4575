//! Pure: what of a chain's parameters living stages take in place, without losing what they have learnt: handed over with the
//! next chain, and taken at the tick in which that follows.

use super::choice::Choice;
use super::params::{AgcStage, ProcessingParams};
use super::stages::{Inward, Outward};
use crate::processing::audio::aec::AecParams;
use crate::processing::audio::agc::{AgcParams, GainControl};
use crate::processing::audio::barge_in::BargeInParams;
use crate::processing::audio::ns::NoiseSuppression;
use crate::processing::stage::ProcessingError;

/// Settings of stages of ours; `None` where there is none, or an embedder's own.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Settings {
    aec: Option<AecParams>,
    barge_in: Option<BargeInParams>,
    ns: Option<NoiseSuppression>,
    agc: Option<AgcParams>,
    outward_agc: Option<AgcParams>,
}

fn ours<P: Copy, T: ?Sized>(choice: &Choice<P, T>) -> Option<P> {
    match choice {
        Choice::Use(params) => Some(*params),
        _ => None,
    }
}

fn levels(choice: &Choice<AgcStage, dyn GainControl>) -> Result<Option<AgcParams>, ProcessingError> {
    let params = ours(choice).map(|stage| stage.params);
    params.map_or(Ok(()), |params| params.check())?;
    Ok(params)
}

impl Settings {
    /// Those that `params` ask for.
    ///
    /// # Errors
    /// One that is out of range.
    pub(super) fn of(params: &ProcessingParams) -> Result<Self, ProcessingError> {
        params.voice.check()?;
        params.barge_in.map_or(Ok(()), |params| params.check())?;
        Ok(Self {
            aec: ours(&params.aec).map(AecParams::checked).transpose()?,
            barge_in: params.barge_in,
            ns: ours(&params.ns).map(|ns| ns.level),
            agc: levels(&params.agc)?,
            outward_agc: levels(&params.outward_agc)?,
        })
    }

    /// Hands them to the stages. Real-time safe.
    pub(super) fn apply(&self, inward: &mut Inward, outward: &mut Outward) {
        if let (Some(aec), Some(params)) = (inward.aec.stage_mut(), &self.aec) {
            aec.set_params(params);
        }
        if let (Some(detector), Some(params)) = (&mut inward.barge_in, &self.barge_in) {
            detector.set_params(params);
        }
        if let (Some(ns), Some(level)) = (inward.ns.stage_mut(), self.ns) {
            ns.set_level(level);
        }
        for (slot, params) in [(&mut inward.agc, &self.agc), (&mut outward.agc, &self.outward_agc)] {
            if let (Some(agc), Some(params)) = (slot.stage_mut(), params) {
                agc.adjust(params);
            }
        }
    }
}
