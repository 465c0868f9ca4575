//! Control: from parameters to stages.
#![expect(clippy::disallowed_methods, reason = "control side")]

use super::carryover::{Carryover, JUDGE};
use super::digits::DigitRemoval;
use super::far_end::FarEnd;
use super::metrics::{ProcessingGauges, ProcessingMetrics};
use super::params::AgcStage;
use super::processor::AudioProcessor;
use super::request::{ChainRates, ChainRequest};
use super::settings::Settings;
use super::slot::{Scratch, Slot};
use super::stages::{Inward, Outward};
use crate::processing::audio::aec::{Aec, AecParams, EchoCanceller};
use crate::processing::audio::agc::{Agc, GainControl};
use crate::processing::audio::amd::AmdDetector;
use crate::processing::audio::barge_in::BargeInDetector;
use crate::processing::audio::ns::{NoiseSuppressor, Ns, NsParams};
use crate::processing::audio::tone::{
    CallProgressDetector, CallProgressParams, DtmfDetector, DtmfParams, SingleToneDetector, SingleToneParams,
    ToneDetector,
};
use crate::processing::audio::vad::{Hysteresis, Vad, VadParams, VoiceDetector};
use crate::processing::effects::{Compressor, CompressorParams, Equalizer, EqualizerParams};
use crate::processing::stage::{Effect, ProcessingError};
use crate::rt::contain::Contained;
use crate::types::SampleRate;
use std::sync::Arc;

type Built<T> = Result<Box<T>, ProcessingError>;

fn tones(rate: SampleRate, params: DtmfParams) -> Built<dyn ToneDetector> {
    Ok(Box::new(DtmfDetector::new(rate, params)?))
}

fn single_tones(rate: SampleRate, params: SingleToneParams) -> Built<dyn ToneDetector> {
    Ok(Box::new(SingleToneDetector::new(rate, params)?))
}

fn call_progress(rate: SampleRate, params: CallProgressParams) -> Built<dyn ToneDetector> {
    Ok(Box::new(CallProgressDetector::new(rate, params)?))
}

fn aec(rate: SampleRate, params: AecParams) -> Built<dyn EchoCanceller> {
    Ok(Box::new(Aec::new(rate, params)?))
}

fn ns(rate: SampleRate, params: NsParams) -> Built<dyn NoiseSuppressor> {
    Ok(Box::new(Ns::new(rate, params)?))
}

fn vad(rate: SampleRate, params: VadParams) -> Built<dyn VoiceDetector> {
    Ok(Box::new(Vad::new(rate, params)?))
}

fn agc(rate: SampleRate, stage: AgcStage) -> Built<dyn GainControl> {
    Ok(Box::new(Agc::new(rate, stage.algorithm, stage.params)?))
}

fn equalizer(rate: SampleRate, params: EqualizerParams) -> Built<dyn Effect> {
    Ok(Box::new(Equalizer::new(rate, params)?))
}

fn compressor(rate: SampleRate, params: CompressorParams) -> Built<dyn Effect> {
    Ok(Box::new(Compressor::new(rate, params)?))
}

impl AudioProcessor {
    /// Builds a chain. With the parameters and rates of a `former` one that it is to [continue from](Self::continue_from), only the
    /// stages that do not go on from there are built. What a stage takes while it runs (suppression, comfort noise and a
    /// shorter tail of echo cancellation, the level of noise suppression, what gain control aims at) it takes in place.
    ///
    /// # Errors
    /// What a stage does not take.
    pub fn build<'a>(
        request: impl Into<ChainRequest<'a>>,
        rates: ChainRates,
        former: Option<(ChainRequest<'a>, ChainRates)>,
        gauges: Arc<ProcessingGauges>,
    ) -> Result<Self, ProcessingError> {
        let request = request.into();
        let params = request.effective;
        let settings = Settings::of(params)?;
        let carryover = former.map_or(Carryover::default(), |(former, at)| Carryover::of(request, rates, former, at));
        let ChainRates { received, sent } = rates;
        // A stage that is kept is not built: it moves over from the former chain.
        macro_rules! slot {
            ($choice:ident, $rate:ident, $build:ident) => {
                Slot::new(match carryover.$choice {
                    true => None,
                    false => params.$choice.stage($rate, |params| $build($rate, *params))?,
                })
            };
        }
        let mut inward = Inward {
            tones: Slot::new(match carryover.tones {
                true => None,
                false => params.tone_detector().stage(received, |params| tones(received, *params))?,
            }),
            single_tones: slot!(single_tones, received, single_tones),
            call_progress: slot!(call_progress, received, call_progress),
            barge_in: match params.barge_in {
                Some(params) if !carryover.barge_in => Some(Box::new(BargeInDetector::new(received, params)?)),
                _ => None,
            },
            amd: match params.amd {
                Some(params) if !carryover.amd => Some(Box::new(AmdDetector::new(received, params)?)),
                _ => None,
            },
            aec: Slot::new(match carryover.aec {
                true => None,
                false => request.requested.aec.stage(received, |params| aec(received, *params))?,
            }),
            ns: slot!(ns, received, ns),
            vad: Slot::new(match carryover.vad {
                true => None,
                false => params.effective_vad().stage(received, |params| vad(received, *params))?,
            }),
            agc: slot!(agc, received, agc),
            equalizer: slot!(equalizer, received, equalizer),
            compressor: slot!(compressor, received, compressor),
            digits: (params.digits_to_events && !carryover.digits).then(|| DigitRemoval::new(received)),
        };
        let listens = !params.outward_agc.is_off() && !carryover.outward_vad;
        let mut outward = Outward {
            vad: Slot::new(if listens { Some(Contained::new(vad(sent, JUDGE)?)) } else { None }),
            agc: slot!(outward_agc, sent, agc),
            equalizer: slot!(outward_equalizer, sent, equalizer),
            compressor: slot!(outward_compressor, sent, compressor),
        };
        settings.apply(&mut inward, &mut outward);
        let far = match (params.aec.is_off() && params.barge_in.is_none()) || carryover.far {
            true => None,
            // Rates are of the types' own, and one channel is legal.
            false => FarEnd::new(sent, received).ok(),
        };
        Ok(Self {
            inward,
            outward,
            far,
            carryover,
            settings,
            digits_to_events: params.digits_to_events,
            report_voice: !params.vad.is_off(),
            voice: Hysteresis::new(params.voice),
            scratch: Scratch::new(),
            metrics: ProcessingMetrics::default(),
            gauges,
        })
    }
}
