//! Control: from parameters to stages.

use super::far::FarEnd;
use super::metrics::{ProcessingGauges, ProcessingMetrics};
use super::params::ProcessingParams;
use super::processor::AudioProcessor;
use super::slot::{Scratch, Slot};
use super::stages::{Inward, Kept, Outward};
use crate::processing::audio::vad::{VadParams, VoiceDecision, VoiceDetector};
use crate::processing::stage::ProcessingError;
use crate::types::SampleRate;
use std::sync::Arc;

/// The rates of the two directions of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainRates {
    /// Of what comes from the party.
    pub received: SampleRate,
    /// Of what is sent to it.
    pub sent: SampleRate,
}

impl AudioProcessor {
    /// Builds a chain. With the parameters and rates of a `former` one that it is to [follow](Self::follow), only the
    /// stages that differ are built.
    ///
    /// # Errors
    /// What a stage does not take.
    pub fn build(
        params: &ProcessingParams,
        rates: ChainRates,
        former: Option<(&ProcessingParams, ChainRates)>,
        gauges: Arc<ProcessingGauges>,
    ) -> Result<Self, ProcessingError> {
        let kept = former.map_or(Kept::default(), |(former, at)| Kept::of(params, rates, former, at));
        let ChainRates { received, sent } = rates;
        let new = |keep: bool| !keep;
        // A place is (whether it is new) and (what stands there).
        macro_rules! slot {
            ($choice:ident, $kept:ident, $rate:ident) => {
                Slot::new(match new(kept.$kept) {
                    true => params.$choice.stage($rate, |p| p.build($rate))?,
                    false => None,
                })
            };
        }
        let inward = Inward {
            tones: slot!(tones, tones, received),
            aec: slot!(aec, aec, received),
            ns: slot!(ns, ns, received),
            vad: Slot::new(match kept.vad {
                true => None,
                false => params.voice_detector(received)?,
            }),
            agc: slot!(agc, agc, received),
            equalizer: slot!(equalizer, equalizer, received),
            compressor: slot!(compressor, compressor, received),
        };
        let listens = !params.outward_agc.is_off() && !kept.outward_agc;
        let outward = Outward {
            vad: Slot::new(if listens { Some(VadParams::energy().build(sent)?) } else { None }),
            agc: slot!(outward_agc, outward_agc, sent),
            equalizer: slot!(outward_equalizer, outward_equalizer, sent),
            compressor: slot!(outward_compressor, outward_compressor, sent),
        };
        let far = match params.aec.is_off() || kept.aec {
            true => None,
            // Rates are of the types' own, and one channel is legal.
            false => FarEnd::new(sent, received).ok(),
        };
        Ok(Self {
            inward,
            outward,
            far,
            kept,
            tell_voice: !params.vad.is_off(),
            voice: VoiceDecision::default(),
            scratch: Scratch::new(),
            metrics: ProcessingMetrics::default(),
            gauges,
        })
    }
}

impl ProcessingParams {
    /// The voice detector that is asked for, or a light one that the gain control needs.
    fn voice_detector(&self, rate: SampleRate) -> Result<Option<Box<dyn VoiceDetector>>, ProcessingError> {
        match self.vad.is_off() && !self.agc.is_off() {
            true => VadParams::energy().build(rate).map(Some),
            false => self.vad.stage(rate, |params| params.build(rate)),
        }
    }
}

impl Kept {
    fn of(new: &ProcessingParams, rates: ChainRates, old: &ProcessingParams, at: ChainRates) -> Self {
        let (inward, outward) = (rates.received == at.received, rates.sent == at.sent);
        Self {
            tones: inward && new.tones == old.tones,
            aec: inward && outward && new.aec == old.aec,
            ns: inward && new.ns == old.ns,
            vad: inward && new.vad == old.vad && new.agc.is_off() == old.agc.is_off(),
            agc: inward && new.agc == old.agc,
            equalizer: inward && new.equalizer == old.equalizer,
            compressor: inward && new.compressor == old.compressor,
            outward_agc: outward && new.outward_agc == old.outward_agc,
            outward_equalizer: outward && new.outward_equalizer == old.outward_equalizer,
            outward_compressor: outward && new.outward_compressor == old.outward_compressor,
        }
    }
}
