//! Control: the sender's half of the laboratory, and the receiver's decoder: the library's own codecs.

use anyhow::{Context, Result, ensure};
use media_core::codec::CodecName;
use media_core::codec::audio::opus::{OpusEncoder, OpusSettings};
use media_core::codec::{AudioCodecParams, AudioEncoder, CodecRegistry, Decoder, Encoder};
use media_core::types::{Ptime, SampleRate};

/// The largest packet: 60 ms of L16 at 48 kHz.
const MAX_OCTETS: usize = 6_000;

/// A codec of the laboratory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LabCodec {
    /// G.711 µ-law, 8 kHz.
    Pcmu,
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// G.722, 16 kHz.
    G722,
    /// Opus, at the rate of the sound where it takes that, else 48 kHz.
    Opus,
    /// Linear 16 bit, at the rate of the sound where that is 8, 16 or 48 kHz, else 16 kHz.
    L16,
}

impl LabCodec {
    /// The sample rate it works at for a sound of `hz`.
    #[must_use]
    pub fn rate(self, hz: u32) -> SampleRate {
        let own = SampleRate::from_hz(hz);
        match self {
            Self::Pcmu | Self::Pcma => SampleRate::Hz8000,
            Self::G722 => SampleRate::Hz16000,
            Self::Opus => own.filter(|rate| *rate != SampleRate::Hz32000).unwrap_or(SampleRate::Hz48000),
            Self::L16 => own
                .filter(|r| matches!(r, SampleRate::Hz8000 | SampleRate::Hz16000 | SampleRate::Hz48000))
                .unwrap_or(SampleRate::Hz16000),
        }
    }

    /// The rate of its RTP timestamps (RFC 3551, RFC 7587).
    #[must_use]
    pub const fn clock(self, rate: SampleRate) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma | Self::G722 => 8_000,
            Self::Opus => 48_000,
            Self::L16 => rate.hz(),
        }
    }

    const fn name(self) -> CodecName {
        match self {
            Self::Pcmu => CodecName::Pcmu,
            Self::Pcma => CodecName::Pcma,
            Self::G722 => CodecName::G722,
            Self::Opus => CodecName::Opus,
            Self::L16 => CodecName::L16,
        }
    }
}

/// A codec as a stream uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Which.
    pub codec: LabCodec,
    /// The sample rate on both sides.
    pub rate: SampleRate,
    /// Of a packet.
    pub ptime: Ptime,
    /// Opus: the loss in percent that in-band error correction is to reckon with; `None` without it.
    pub fec: Option<u8>,
    /// Opus: the loss in percent that Deep Redundancy is to reckon with; `None` without it.
    pub dred: Option<u8>,
    /// How far back that reaches, ms.
    pub dred_ms: u16,
    /// Opus: bit/s.
    pub bitrate: u32,
}

impl Format {
    /// A stream of `codec` at `rate`, 20 ms a packet, without error correction.
    #[must_use]
    pub const fn new(codec: LabCodec, rate: SampleRate) -> Self {
        Self { codec, rate, ptime: Ptime::MS20, fec: None, dred: None, dred_ms: 1_000, bitrate: 32_000 }
    }

    /// Samples in a packet.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.rate.block_samples() * self.ptime.blocks() as usize
    }

    /// The RTP clock.
    #[must_use]
    pub const fn clock(&self) -> u32 {
        self.codec.clock(self.rate)
    }

    fn encoder(&self) -> Result<Encoder> {
        if self.codec == LabCodec::Opus {
            let settings = OpusSettings::default()
                .bitrate(media_core::codec::audio::opus::OpusBitrate::Bits(self.bitrate))
                .inband_fec(self.fec.is_some())
                .dred_ms(self.dred.map_or(0, |_| self.dred_ms))
                .expected_loss_percent(self.fec.max(self.dred).unwrap_or(0));
            settings.check()?;
            return Ok(Encoder::Opus(Box::new(OpusEncoder::new(self.rate, 1, self.ptime, settings)?)));
        }
        let params = AudioCodecParams::mono(self.rate).with_ptime(self.ptime);
        Ok(CodecRegistry::standard().encoder(&self.codec.name(), self.clock(), &params)?)
    }

    /// The receiver's.
    ///
    /// # Errors
    /// The codec cannot be built so.
    pub fn decoder(&self) -> Result<Decoder> {
        let params = AudioCodecParams::mono(self.rate).with_ptime(self.ptime);
        Ok(CodecRegistry::standard().decoder(&self.codec.name(), self.clock(), &params)?)
    }

    /// Encodes the first `packets` packets of a sound, with silence behind its end. Returns them and the samples by
    /// which the codec delays.
    ///
    /// # Errors
    /// The codec does not take such packets.
    pub fn encode(&self, pcm: &[f32], packets: usize) -> Result<(Vec<Vec<u8>>, usize)> {
        let mut encoder = self.encoder().context("the sender's encoder")?;
        let samples = self.samples();
        ensure!(samples.is_multiple_of(encoder.frame_samples()), "the codec has no packets of {}", self.ptime);
        let mut encoded = Vec::with_capacity(packets);
        let mut octets = vec![0; MAX_OCTETS];
        for n in 0..packets {
            let mut part: Vec<f32> = pcm.iter().skip(n * samples).take(samples).copied().collect();
            part.resize(samples, 0.0);
            let length = encoder.encode_into(&part, &mut octets)?;
            encoded.push(octets[..length].to_vec());
        }
        Ok((encoded, encoder.lookahead()))
    }
}
