//! Control: the codecs that calls of the laboratory speak, and what sessions of them are asked for.

use anyhow::Result;
use media_core::codec::audio::opus::{OpusBitrate, OpusSettings};
use media_core::quality::CodecImpairment;
use media_core::types::{Ptime, SampleRate};
use media_core::{
    AudioFormat, ComfortNoiseFormat, DiscontinuousTransmission, JitterConfig, MediaSessionParams, RedundancyFormat,
};

/// A codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CallCodec {
    /// G.711 µ-law, 8 kHz.
    Pcmu,
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// G.722, 16 kHz.
    G722,
    /// G.729, 8 kHz.
    G729,
    /// Opus, from and to samples at 16 kHz.
    Opus,
    /// Linear 16 bit at 16 kHz.
    L16,
}

/// Payload types that no codec of these has.
const RED: u8 = 121;
const NOISE: u8 = 122;

impl CallCodec {
    /// The rate of what is said and heard.
    #[must_use]
    pub const fn rate(self) -> SampleRate {
        match self {
            Self::Pcmu | Self::Pcma | Self::G729 => SampleRate::Hz8000,
            Self::G722 | Self::Opus | Self::L16 => SampleRate::Hz16000,
        }
    }

    /// As sessions have it.
    ///
    /// # Errors
    /// It is not in this build.
    pub fn format(self) -> Result<AudioFormat> {
        Ok(match self {
            Self::Pcmu => AudioFormat::pcmu(),
            Self::Pcma => AudioFormat::pcma(),
            Self::G722 => AudioFormat::g722(),
            Self::G729 => AudioFormat::g729(),
            Self::Opus => AudioFormat::opus().at(SampleRate::Hz16000)?,
            Self::L16 => AudioFormat::l16(SampleRate::Hz16000)?,
        })
    }

    /// What the E-model knows of it.
    ///
    /// # Errors
    /// It is not in this build.
    pub fn impairment(self) -> Result<Option<CodecImpairment>> {
        Ok(CodecImpairment::like(self.format()?.encoding()))
    }
}

/// How all sessions of a call send and receive.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Of a packet.
    pub ptime: Ptime,
    /// Opus: bit/s.
    pub bitrate: u32,
    /// Opus: the loss in percent that in-band error correction reckons with; none without it.
    pub fec: Option<u8>,
    /// Older packets in each (RFC 2198).
    pub red: u8,
    /// The receivers'.
    pub jitter: JitterConfig,
}

impl Link {
    /// What a session is asked for; `pauses`: it leaves out what it sends of pauses.
    ///
    /// # Errors
    /// The codec is not in this build.
    pub fn session(&self, codec: CallCodec, pauses: bool) -> Result<MediaSessionParams> {
        let format = codec.format()?;
        let noise = if format.clock_rate() == 8_000 && codec.rate() == SampleRate::Hz8000 {
            ComfortNoiseFormat::STATIC
        } else {
            ComfortNoiseFormat::new(NOISE)
        };
        let by_itself = codec == CallCodec::Opus;
        let mut params = MediaSessionParams::new(format).ptime(self.ptime);
        let settings = OpusSettings::session()
            .bitrate(OpusBitrate::Bits(self.bitrate))
            .inband_fec(self.fec.is_some())
            .expected_loss_percent(self.fec.unwrap_or(0));
        params.opus = by_itself.then_some(settings);
        params.jitter = self.jitter.rate(params.jitter.rate);
        params.redundancy = (self.red > 0).then(|| RedundancyFormat::new(RED, self.red));
        params.comfort_noise = (!by_itself).then_some(noise);
        params.discontinuous_transmission = pauses.then(DiscontinuousTransmission::default);
        Ok(params)
    }
}
