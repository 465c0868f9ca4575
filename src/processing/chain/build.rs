//! Control: from parameters to stages.

use super::digits::DigitRemoval;
use super::far::FarEnd;
use super::metrics::{ProcessingGauges, ProcessingMetrics};
use super::params::{AgcStage, ProcessingParams};
use super::processor::AudioProcessor;
use super::slot::{Scratch, Slot};
use super::stages::{Inward, Kept, Outward};
use crate::processing::audio::aec::{Aec, AecParams, EchoCanceller};
use crate::processing::audio::agc::{Agc, GainControl};
use crate::processing::audio::ns::{NoiseSuppressor, Ns, NsParams};
use crate::processing::audio::tone::{DtmfDetector, DtmfParams, ToneDetector};
use crate::processing::audio::vad::{Hysteresis, Vad, VadAlgorithm, VadParams, VoiceDetector};
use crate::processing::effects::{Compressor, CompressorParams, Equalizer, EqualizerParams};
use crate::processing::stage::{Effect, ProcessingError};
use crate::types::SampleRate;
use std::sync::Arc;

/// The voice detector that a gain control needs.
const LIGHT: VadParams = VadParams { algorithm: VadAlgorithm::Energy };

type Built<T> = Result<Box<T>, ProcessingError>;

fn tones(rate: SampleRate, params: DtmfParams) -> Built<dyn ToneDetector> {
    Ok(Box::new(DtmfDetector::new(rate, params)?))
}

fn aec(rate: SampleRate, params: AecParams) -> Built<dyn EchoCanceller> {
    Ok(Box::new(Aec::new(rate, params)?))
}

fn ns(rate: SampleRate, params: NsParams) -> Built<dyn NoiseSuppressor> {
    Ok(Box::new(Ns::new(params, rate)?))
}

fn vad(rate: SampleRate, params: VadParams) -> Built<dyn VoiceDetector> {
    Ok(Box::new(Vad::new(params, rate)?))
}

fn agc(rate: SampleRate, stage: AgcStage) -> Built<dyn GainControl> {
    Ok(Box::new(Agc::new(stage.algorithm, rate, stage.params)?))
}

fn equalizer(rate: SampleRate, params: EqualizerParams) -> Built<dyn Effect> {
    Ok(Box::new(Equalizer::new(rate, params)?))
}

fn compressor(rate: SampleRate, params: CompressorParams) -> Built<dyn Effect> {
    Ok(Box::new(Compressor::new(rate, params)?))
}

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
        // A stage that is kept is not built: it moves over from the former chain.
        macro_rules! slot {
            ($choice:ident, $rate:ident, $build:ident) => {
                Slot::new(match kept.$choice {
                    true => None,
                    false => params.$choice.stage($rate, |params| $build($rate, *params))?,
                })
            };
        }
        let inward = Inward {
            tones: Slot::new(match kept.tones {
                true => None,
                false => params.tone_detector().stage(received, |params| tones(received, *params))?,
            }),
            aec: slot!(aec, received, aec),
            ns: slot!(ns, received, ns),
            vad: Slot::new(match kept.vad {
                true => None,
                false => params.voice_detector(received)?,
            }),
            agc: slot!(agc, received, agc),
            equalizer: slot!(equalizer, received, equalizer),
            compressor: slot!(compressor, received, compressor),
            digits: (params.digits_to_events && !kept.digits).then(|| DigitRemoval::new(received)),
        };
        let listens = !params.outward_agc.is_off() && !kept.outward_agc;
        let outward = Outward {
            vad: Slot::new(if listens { Some(vad(sent, LIGHT)?) } else { None }),
            agc: slot!(outward_agc, sent, agc),
            equalizer: slot!(outward_equalizer, sent, equalizer),
            compressor: slot!(outward_compressor, sent, compressor),
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
            digits_to_events: params.digits_to_events,
            tell_voice: !params.vad.is_off(),
            voice: Hysteresis::new(params.voice),
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
            true => vad(rate, LIGHT).map(Some),
            false => self.vad.stage(rate, |params| vad(rate, *params)),
        }
    }
}

impl Kept {
    fn of(new: &ProcessingParams, rates: ChainRates, old: &ProcessingParams, at: ChainRates) -> Self {
        let (inward, outward) = (rates.received == at.received, rates.sent == at.sent);
        Self {
            tones: inward && new.tone_detector() == old.tone_detector(),
            digits: inward && old.digits_to_events,
            aec: inward && outward && new.aec == old.aec,
            ns: inward && new.ns == old.ns,
            vad: inward && new.vad == old.vad && new.agc.is_off() == old.agc.is_off(),
            voice: inward && new.vad == old.vad && new.voice == old.voice,
            agc: inward && new.agc == old.agc,
            equalizer: inward && new.equalizer == old.equalizer,
            compressor: inward && new.compressor == old.compressor,
            outward_agc: outward && new.outward_agc == old.outward_agc,
            outward_equalizer: outward && new.outward_equalizer == old.outward_equalizer,
            outward_compressor: outward && new.outward_compressor == old.outward_compressor,
        }
    }
}
