//! Pure: which stages of a chain go on in the next one.

use super::choice::Choice;
use super::params::{AgcStage, ProcessingParams};
use super::request::{ChainRates, ChainRequest};
use crate::processing::audio::agc::GainControl;
use crate::processing::audio::vad::{VadAlgorithm, VadParams, VoiceDetector};

/// The voice detector that a gain control brings: to energy alone typing, breathing and music are voices, and were raised like
/// one. Overload does not take it away, since a gain that jumps under load is worse than what it costs.
pub(super) const JUDGE: VadParams = VadParams { algorithm: VadAlgorithm::Spectral };

/// Which stages go on with what they know when a chain follows on another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Carryover {
    pub(super) tones: bool,
    pub(super) single_tones: bool,
    pub(super) call_progress: bool,
    pub(super) digits: bool,
    pub(super) barge_in: bool,
    pub(super) amd: bool,
    pub(super) aec: bool,
    /// The canceller's reference.
    pub(super) far: bool,
    pub(super) ns: bool,
    pub(super) vad: bool,
    pub(super) agc: bool,
    pub(super) equalizer: bool,
    pub(super) compressor: bool,
    pub(super) outward_vad: bool,
    pub(super) outward_agc: bool,
    pub(super) outward_equalizer: bool,
    pub(super) outward_compressor: bool,
}

/// Whether a stage of `old` goes on as one of `new`: ours where `goes_on`, an embedder's if it is the same.
fn carries_over<P: PartialEq, T: ?Sized>(
    new: &Choice<P, T>,
    old: &Choice<P, T>,
    goes_on: impl FnOnce(&P, &P) -> bool,
) -> bool {
    match (new, old) {
        (Choice::Use(new), Choice::Use(old)) => goes_on(new, old),
        _ => new == old,
    }
}

fn same_algorithm(new: &AgcStage, old: &AgcStage) -> bool {
    new.algorithm == old.algorithm
}

fn levels(new: &Choice<AgcStage, dyn GainControl>, old: &Choice<AgcStage, dyn GainControl>) -> bool {
    carries_over(new, old, same_algorithm)
}

impl Carryover {
    pub(super) fn of(next: ChainRequest<'_>, rates: ChainRates, former: ChainRequest<'_>, at: ChainRates) -> Self {
        let (new, old) = (next.effective, former.effective);
        let (inward, outward) = (rates.received == at.received, rates.sent == at.sent);
        // Made for what is asked for: what is shed is a setting of the canceller.
        let aec =
            inward && carries_over(&next.requested.aec, &former.requested.aec, |new, old| new.can_continue_from(old));
        let barge_in = inward && new.barge_in.is_some() && old.barge_in.is_some();
        Self {
            tones: inward && new.tone_detector() == old.tone_detector(),
            single_tones: inward && new.single_tones == old.single_tones,
            call_progress: inward && new.call_progress == old.call_progress,
            digits: inward && old.digits_to_events,
            aec,
            barge_in,
            amd: inward && new.amd == old.amd,
            far: inward && outward && (!old.aec.is_off() || old.barge_in.is_some()),
            ns: inward && carries_over(&new.ns, &old.ns, |new, old| new.algorithm == old.algorithm),
            vad: inward && new.effective_vad() == old.effective_vad(),
            agc: inward && levels(&new.agc, &old.agc),
            equalizer: inward && new.equalizer == old.equalizer,
            compressor: inward && new.compressor == old.compressor,
            outward_vad: outward && new.outward_agc.is_off() == old.outward_agc.is_off(),
            outward_agc: outward && levels(&new.outward_agc, &old.outward_agc),
            outward_equalizer: outward && new.outward_equalizer == old.outward_equalizer,
            outward_compressor: outward && new.outward_compressor == old.outward_compressor,
        }
    }
}

impl ProcessingParams {
    /// The voice detector that is asked for, or the one that the gain control brings.
    pub(super) fn effective_vad(&self) -> Choice<VadParams, dyn VoiceDetector> {
        match self.vad.is_off() && !self.agc.is_off() {
            true => JUDGE.into(),
            false => self.vad.clone(),
        }
    }
}
