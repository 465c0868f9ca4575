//! Control: what is to be done to the audio of a session.

use super::choice::Choice;
use crate::processing::audio::aec::{AecParams, EchoCanceller};
use crate::processing::audio::agc::{AgcAlgorithm, AgcParams, GainControl};
use crate::processing::audio::amd::AmdParams;
use crate::processing::audio::barge_in::BargeInParams;
use crate::processing::audio::ns::{NoiseSuppressor, NsParams};
use crate::processing::audio::tone::{CallProgressParams, DtmfParams, SingleToneParams, ToneDetector};
use crate::processing::audio::vad::{HysteresisParams, VadParams, VoiceDetector};
use crate::processing::effects::{CompressorParams, EqualizerParams};
use crate::processing::stage::Effect;
use crate::types::setters;

/// What is to be done to the audio of a session. Everything is off unless it is asked for.
///
/// ```
/// use media_core::processing::{AecParams, NoiseSuppression, NsParams, VadParams};
/// use media_core::{MediaEngineConfig, MediaSessionParams, ProcessingParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz16000));
/// let bot = engine.complete(bot)?;
/// let mut params = ProcessingParams::default();
/// params.ns = NsParams::default().level(NoiseSuppression::High).into();
/// params.vad = VadParams::default().into(); // tells VoiceBegan and VoiceEnded
/// params.voice.hangover_blocks = 50; // 500 ms
/// engine.complete(bot.set_processing(params.clone()))?;
/// assert_eq!(engine.complete(bot.processing())?, params);
/// params.aec = AecParams::default().tail_ms(10_000).into();
/// assert!(engine.complete(bot.set_processing(params)).is_err());
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ProcessingParams {
    /// Detection of DTMF digits (or other tones) in what comes from the party, told by events.
    pub tones: Choice<DtmfParams, dyn ToneDetector>,
    /// Detection of single tones that last (fax, modem, call progress), told by events, beside that of digits.
    pub single_tones: Choice<SingleToneParams, dyn ToneDetector>,
    /// Detection of call-progress tones by their frequencies and cadences (dial tone, ringback, busy, congestion, special information), told
    /// by events.
    pub call_progress: Choice<CallProgressParams, dyn ToneDetector>,
    /// Digits in what comes from the party become telephone events (RFC 4733) for whoever hears it and negotiated them, and
    /// a tone of ours for whoever did not; the party's own tone is taken out, for which its audio is held back by 20 ms.
    /// Where [`tones`](Self::tones) is off, this brings the detector of digits.
    pub digits_to_events: bool,
    /// Echo cancellation: what is sent to the party is taken out of what comes from it.
    pub aec: Choice<AecParams, dyn EchoCanceller>,
    /// Noise suppression.
    pub ns: Choice<NsParams, dyn NoiseSuppressor>,
    /// Voice detection, told by events.
    pub vad: Choice<VadParams, dyn VoiceDetector>,
    /// How a voice detector's probability becomes "began" and "ended".
    pub voice: HysteresisParams,
    /// Detection of speech over what is sent to the party, whose echo is no speech; and of the end of its turns. Told by events.
    pub barge_in: Option<BargeInParams>,
    /// Whether a human or an answering machine answered, from the tick on in which this takes effect; told by events, once. The same
    /// settings go on; to begin anew, take them away first.
    pub amd: Option<AmdParams>,
    /// Gain control of what comes from the party. It raises what [`vad`](Self::vad) is sure of; where that is off it brings a
    /// spectral detector of its own, not told of. With [`VadAlgorithm::Energy`](crate::processing::VadAlgorithm::Energy) it takes
    /// typing and music for a talker.
    pub agc: Choice<AgcStage, dyn GainControl>,
    /// Equalizer of what comes from the party.
    pub equalizer: Choice<EqualizerParams, dyn Effect>,
    /// Compressor of what comes from the party.
    pub compressor: Choice<CompressorParams, dyn Effect>,
    /// Gain control of what is sent to the party.
    pub outward_agc: Choice<AgcStage, dyn GainControl>,
    /// Equalizer of what is sent to the party.
    pub outward_equalizer: Choice<EqualizerParams, dyn Effect>,
    /// Compressor of what is sent to the party.
    pub outward_compressor: Choice<CompressorParams, dyn Effect>,
}

/// A gain control of ours.
///
/// Example: [`AgcParams`](crate::processing::AgcParams).
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct AgcStage {
    /// How the gain is found.
    pub algorithm: AgcAlgorithm,
    /// What it aims at.
    pub params: AgcParams,
}

setters! { AgcStage { algorithm: AgcAlgorithm, params: AgcParams } }

impl ProcessingParams {
    /// Whether nothing is to be done.
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// The detector of tones that is asked for, or that turning digits into events needs.
    pub(super) fn tone_detector(&self) -> Choice<DtmfParams, dyn ToneDetector> {
        match self.digits_to_events && self.tones.is_off() {
            true => DtmfParams::default().into(),
            false => self.tones.clone(),
        }
    }

    /// Whether what is sent to the party has to be there as samples: it is changed, or an echo of it is to be found.
    pub(crate) fn works_outward(&self) -> bool {
        !(self.aec.is_off()
            && self.barge_in.is_none()
            && self.outward_agc.is_off()
            && self.outward_equalizer.is_off()
            && self.outward_compressor.is_off())
    }
}
