//! Control: from parameters to stages.

use super::digits::DigitRemoval;
use super::far::FarEnd;
use super::kept::{Kept, LIGHT};
use super::metrics::{ProcessingGauges, ProcessingMetrics};
use super::params::{AgcStage, ProcessingParams};
use super::processor::AudioProcessor;
use super::settings::Settings;
use super::slot::{Scratch, Slot};
use super::stages::{Inward, Outward};
use crate::processing::audio::aec::{Aec, AecParams, EchoCanceller};
use crate::processing::audio::agc::{Agc, GainControl};
use crate::processing::audio::ns::{NoiseSuppressor, Ns, NsParams};
use crate::processing::audio::tone::{DtmfDetector, DtmfParams, SingleToneDetector, SingleToneParams, ToneDetector};
use crate::processing::audio::vad::{Hysteresis, Vad, VadParams, VoiceDetector};
use crate::processing::effects::{Compressor, CompressorParams, Equalizer, EqualizerParams};
use crate::processing::stage::{Effect, ProcessingError};
use crate::types::SampleRate;
use std::sync::Arc;

type Built<T> = Result<Box<T>, ProcessingError>;

fn tones(rate: SampleRate, params: DtmfParams) -> Built<dyn ToneDetector> {
    Ok(Box::new(DtmfDetector::new(rate, params)?))
}

fn single_tones(rate: SampleRate, params: SingleToneParams) -> Built<dyn ToneDetector> {
    Ok(Box::new(SingleToneDetector::new(rate, params)?))
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

/// What a chain is made for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What the session asks for.
    pub asked: &'a ProcessingParams,
    /// What is left of it under the present load ([`ProcessingParams::shed`]).
    pub runs: &'a ProcessingParams,
}

impl<'a> From<&'a ProcessingParams> for Wanted<'a> {
    fn from(params: &'a ProcessingParams) -> Self {
        Self { asked: params, runs: params }
    }
}

impl AudioProcessor {
    /// Builds a chain. With the parameters and rates of a `former` one that it is to [follow](Self::follow), only the
    /// stages that do not go on from there are built. What a stage takes while it runs (suppression, comfort noise and a
    /// shorter tail of echo cancellation, the level of noise suppression, what gain control aims at) it takes in place.
    ///
    /// # Errors
    /// What a stage does not take.
    pub fn build<'a>(
        wanted: impl Into<Wanted<'a>>,
        rates: ChainRates,
        former: Option<(Wanted<'a>, ChainRates)>,
        gauges: Arc<ProcessingGauges>,
    ) -> Result<Self, ProcessingError> {
        let wanted = wanted.into();
        let params = wanted.runs;
        let settings = Settings::of(params)?;
        let kept = former.map_or(Kept::default(), |(former, at)| Kept::of(wanted, rates, former, at));
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
        let mut inward = Inward {
            tones: Slot::new(match kept.tones {
                true => None,
                false => params.tone_detector().stage(received, |params| tones(received, *params))?,
            }),
            single_tones: slot!(single_tones, received, single_tones),
            aec: Slot::new(match kept.aec {
                true => None,
                false => wanted.asked.aec.stage(received, |params| aec(received, *params))?,
            }),
            ns: slot!(ns, received, ns),
            vad: Slot::new(match kept.vad {
                true => None,
                false => params.effective_vad().stage(received, |params| vad(received, *params))?,
            }),
            agc: slot!(agc, received, agc),
            equalizer: slot!(equalizer, received, equalizer),
            compressor: slot!(compressor, received, compressor),
            digits: (params.digits_to_events && !kept.digits).then(|| DigitRemoval::new(received)),
        };
        let listens = !params.outward_agc.is_off() && !kept.outward_vad;
        let mut outward = Outward {
            vad: Slot::new(if listens { Some(vad(sent, LIGHT)?) } else { None }),
            agc: slot!(outward_agc, sent, agc),
            equalizer: slot!(outward_equalizer, sent, equalizer),
            compressor: slot!(outward_compressor, sent, compressor),
        };
        settings.apply(&mut inward, &mut outward);
        let far = match params.aec.is_off() || kept.far {
            true => None,
            // Rates are of the types' own, and one channel is legal.
            false => FarEnd::new(sent, received).ok(),
        };
        Ok(Self {
            inward,
            outward,
            far,
            kept,
            settings,
            digits_to_events: params.digits_to_events,
            tell_voice: !params.vad.is_off(),
            voice: Hysteresis::new(params.voice),
            scratch: Scratch::new(),
            metrics: ProcessingMetrics::default(),
            gauges,
        })
    }
}
