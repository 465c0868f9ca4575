//! Pure: what a call is to be like: the fields of `start` and `attach`, each in its range.

use super::refusal::{Fault, Refusal};
use media_core::processing::{BargeInParams, DtmfParams, VadParams};
use media_core::{
    AgentParams, AudioFormat, LatchMode, MediaSessionParams, ProcessingParams, Ptime, SampleRate, TelephoneEventFormat,
};
use serde::Deserialize;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

/// How audio is sent to the agent. What it sends may be either at any time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AudioForm {
    /// Binary messages: a header, then samples.
    #[default]
    Binary,
    /// `media` messages with samples in base64.
    Json,
}

/// What interrupts the agent without being asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum InterruptOn {
    #[default]
    Never,
    Digit,
    Speech,
    Any,
}

/// How the phone is listened to for speech over what the agent says; as [`BargeInParams`] has it.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct BargeIn {
    minimum_ms: u16,
    sensitivity: f32,
    turn_pause_ms: (u16, u16),
}

impl Default for BargeIn {
    fn default() -> Self {
        let BargeInParams { minimum_ms, sensitivity, turn_pause_ms, .. } = BargeInParams::default();
        Self { minimum_ms, sensitivity, turn_pause_ms }
    }
}

/// How an agent listens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Attach {
    pub(super) audio: AudioForm,
    /// How much a frame of audio to the agent holds, 10 to 200, a multiple of 10.
    pub(super) frame_ms: u32,
}

impl Default for Attach {
    fn default() -> Self {
        Self { audio: AudioForm::Binary, frame_ms: 20 }
    }
}

impl Attach {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check("frame_ms", self.frame_ms, 10..=200)?;
        match self.frame_ms.is_multiple_of(10) {
            true => Ok(()),
            false => Err(bad(format!("frame_ms = {}: must be a multiple of 10", self.frame_ms))),
        }
    }
}

/// A call that is made, and how its agent listens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Start {
    codec: String,
    payload_type: Option<u8>,
    ptime_ms: u8,
    remote: Option<SocketAddr>,
    latch: Latch,
    dtmf: Option<u8>,
    tones: bool,
    voice: bool,
    rate: u32,
    audio: AudioForm,
    frame_ms: u32,
    backlog_ms: u32,
    low_water_ms: u32,
    latency_ms: Option<u32>,
    interrupt_on: InterruptOn,
    barge_in: Option<BargeIn>,
}

/// As [`LatchMode`] has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Latch {
    #[default]
    Symmetric,
    Asymmetric,
    Strict,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            codec: "PCMU".into(),
            payload_type: None,
            ptime_ms: 20,
            remote: None,
            latch: Latch::default(),
            dtmf: None,
            tones: false,
            voice: false,
            rate: 16_000,
            audio: AudioForm::default(),
            frame_ms: Attach::default().frame_ms,
            backlog_ms: 120_000,
            low_water_ms: 1_000,
            latency_ms: None,
            interrupt_on: InterruptOn::default(),
            barge_in: None,
        }
    }
}

impl Start {
    pub(super) fn attach(&self) -> Attach {
        Attach { audio: self.audio, frame_ms: self.frame_ms }
    }

    /// What the phone's session is to be like. The library checks the rest.
    pub(super) fn phone(&self) -> Result<MediaSessionParams, Refusal> {
        let format = match self.codec.contains('/') {
            true => AudioFormat::rtpmap(self.payload_type.unwrap_or(255), &self.codec),
            false => self.named(),
        };
        let format = format.map_err(|error| bad(format!("codec, payload_type: {error}")))?;
        let ptime = Ptime::from_ms(u32::from(self.ptime_ms));
        let ptime = ptime.ok_or_else(|| bad(format!("ptime_ms = {}: no packet time", self.ptime_ms)))?;
        let latch = match self.latch {
            Latch::Symmetric => LatchMode::Symmetric,
            Latch::Asymmetric => LatchMode::Asymmetric,
            Latch::Strict => LatchMode::Strict,
        };
        let mut processing = ProcessingParams::default();
        if self.tones {
            processing.tones = DtmfParams::default().into();
        }
        if self.voice {
            processing.vad = VadParams::default().into();
        }
        let mut params = MediaSessionParams::new(format).ptime(ptime).latch(latch).processing(processing);
        if let Some(payload_type) = self.dtmf {
            params = params.telephone_events(TelephoneEventFormat::new(payload_type, 8_000));
        }
        Ok(match self.remote {
            Some(remote) => params.remote(remote),
            None => params,
        })
    }

    fn named(&self) -> Result<AudioFormat, media_core::Error> {
        let usual = AudioFormat::supported().into_iter().find(|f| f.encoding().eq_ignore_ascii_case(&self.codec));
        let payload_type = self.payload_type.or(usual.map(|format| format.payload_type()));
        AudioFormat::named(&self.codec, payload_type.unwrap_or(0))
    }

    /// What the agent's port is to be like.
    pub(super) fn agent(&self) -> Result<AgentParams, Refusal> {
        self.attach().check()?;
        let rate = SampleRate::from_hz(self.rate);
        let rate =
            rate.ok_or_else(|| bad(format!("rate = {}: must be 8000, 16000, 24000, 32000 or 48000", self.rate)))?;
        check("backlog_ms", self.backlog_ms, 100..=600_000)?;
        check("low_water_ms", self.low_water_ms, 0..=600_000)?;
        let ms = |ms: u32| Duration::from_millis(u64::from(ms));
        let mut params = AgentParams::new(rate).backlog(ms(self.backlog_ms)).low_water(ms(self.low_water_ms));
        if let Some(latency) = self.latency_ms {
            check("latency_ms", latency, 20..=1_000)?;
            params = params.latency(Some(ms(latency)));
        }
        let by_speech = matches!(self.interrupt_on, InterruptOn::Speech | InterruptOn::Any);
        let barge_in = self.barge_in.or(by_speech.then(BargeIn::default));
        let barge_in = barge_in.map(|BargeIn { minimum_ms, sensitivity, turn_pause_ms }| {
            BargeInParams::default().minimum_ms(minimum_ms).sensitivity(sensitivity).turn_pause_ms(turn_pause_ms)
        });
        let params = params.barge_in(barge_in).interrupted_by_speech(by_speech);
        Ok(params.interrupted_by_digit(matches!(self.interrupt_on, InterruptOn::Digit | InterruptOn::Any)))
    }
}

fn check(field: &str, value: u32, legal: RangeInclusive<u32>) -> Result<(), Refusal> {
    match legal.contains(&value) {
        true => Ok(()),
        false => Err(bad(format!("{field} = {value}: must be {} to {}", legal.start(), legal.end()))),
    }
}

fn bad(text: String) -> Refusal {
    Refusal::new(Fault::BadField, text)
}
