//! Control: which codec a command means, by name or by the file's, and how it is to work.

use anyhow::{Context, Result, bail};
use media_core::codec::CodecName;
use media_core::codec::audio::opus::{OpusBitrate, OpusSettings};
use media_core::codec::{AudioCodecParams, CodecRegistry, Decoder, Encoder};
use media_core::types::{Ptime, SampleRate};
use std::path::Path;

/// A codec with its parameters.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name.
    pub name: CodecName,
    /// Its RTP clock rate.
    pub clock: u32,
    /// Rate and channels on our side, packet time.
    pub params: AudioCodecParams,
}

/// How an Opus encoder is to work.
#[derive(Debug, Clone, Copy, clap::Args)]
#[command(next_help_heading = "Opus")]
pub struct OpusArgs {
    /// Bit rate, 6000 to 510000.
    #[arg(long, value_name = "BIT/S", default_value_t = 32_000)]
    pub bitrate: u32,
    /// Effort, 0 to 10.
    #[arg(long, value_name = "0..10", default_value_t = 5)]
    pub complexity: u8,
    /// Each packet of the same size.
    #[arg(long)]
    pub cbr: bool,
    /// Each packet carries its predecessor in low quality; give the loss to reckon with as well.
    #[arg(long)]
    pub fec: bool,
    /// Packet loss to reckon with, %.
    #[arg(long, value_name = "%", default_value_t = 0)]
    pub loss: u8,
    /// Silence is not sent (a .bit file only).
    #[arg(long)]
    pub dtx: bool,
}

impl OpusArgs {
    fn settings(&self) -> OpusSettings {
        OpusSettings {
            bitrate: OpusBitrate::Bits(self.bitrate),
            complexity: self.complexity,
            constant_bitrate: self.cbr,
            inband_fec: self.fec,
            dtx: self.dtx,
            expected_loss_percent: self.loss,
            ..OpusSettings::default()
        }
    }
}

/// What a command line says of a codec; what it does not say is the codec's usual.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// `--codec`.
    pub codec: Option<&'a str>,
    /// The file, whose ending tells the codec where nothing else does.
    pub file: &'a Path,
    /// `--rate`, Hz.
    pub rate: Option<u32>,
    /// `--channels`.
    pub channels: Option<u8>,
    /// `--ptime`, ms.
    pub ptime: u32,
}

impl Choice {
    /// Finds the codec.
    ///
    /// # Errors
    /// It is not there, or does not work so.
    pub fn new(said: &Said<'_>) -> Result<Self> {
        let name = match said.codec {
            Some(name) => parse(name),
            None => by_ending(said.file)
                .with_context(|| format!("{}: its name tells no codec: give --codec", said.file.display()))?,
        };
        let registry = CodecRegistry::standard();
        let of_name: Vec<_> = registry.audio().filter(|c| c.format.name == name).collect();
        if of_name.is_empty() {
            let known: Vec<_> = registry.audio().map(|c| c.format.name.to_string()).collect();
            bail!("codec {name} is not there; there are {}", known.join(", "));
        }
        let found = of_name.iter().find_map(|c| match said.rate {
            None => c.sample_rates.first().map(|rate| (*c, *rate)),
            Some(hz) => c.sample_rates.iter().find(|rate| rate.hz() == hz).map(|rate| (*c, *rate)),
        });
        let rates = || of_name.iter().flat_map(|c| &c.sample_rates).map(|r| r.hz().to_string()).collect::<Vec<_>>();
        let (capability, rate) =
            found.with_context(|| format!("{name} works at {} Hz, not at {:?}", rates().join(", "), said.rate))?;
        let ptime = Ptime::from_ms(said.ptime).context("--ptime: legal is 10, 20, 30, 40, 50, 60 ms")?;
        let params = AudioCodecParams::mono(rate).with_channels(said.channels.unwrap_or(1)).with_ptime(ptime);
        Ok(Self { name, clock: capability.format.clock_rate, params })
    }

    /// Builds an encoder.
    ///
    /// # Errors
    /// Packet time or channels that the codec does not have.
    pub fn encoder(&self, opus: &OpusArgs) -> Result<Encoder> {
        let mut encoder = CodecRegistry::standard().encoder(&self.name, self.clock, &self.params)?;
        if let Encoder::Opus(encoder) = &mut encoder {
            encoder.configure(opus.settings());
        }
        Ok(encoder)
    }

    /// Builds a decoder.
    ///
    /// # Errors
    /// Channels that the codec does not have.
    pub fn decoder(&self) -> Result<Decoder> {
        Ok(CodecRegistry::standard().decoder(&self.name, self.clock, &self.params)?)
    }

    /// Samples per channel of a packet.
    #[must_use]
    pub fn packet_samples(&self) -> usize {
        self.params.rate.block_samples() * usize::from(self.params.ptime.blocks())
    }

    /// Samples of the longest packet (120 ms), all channels together.
    #[must_use]
    pub fn most_samples(&self) -> usize {
        12 * self.params.rate.block_samples() * usize::from(self.params.channels)
    }
}

/// Hz to one of the engine's rates.
///
/// # Errors
/// It is none.
pub fn engine_rate(hz: u32) -> Result<SampleRate> {
    SampleRate::from_hz(hz).with_context(|| format!("{hz} Hz: legal is 8000, 16000, 24000, 32000, 48000 Hz"))
}

fn parse(name: &str) -> CodecName {
    match &*name.to_ascii_lowercase() {
        "ulaw" | "mulaw" => CodecName::Pcmu,
        "alaw" => CodecName::Pcma,
        name => CodecName::parse(name),
    }
}

fn by_ending(file: &Path) -> Option<CodecName> {
    match &*file.extension()?.to_str()?.to_ascii_lowercase() {
        "ul" | "ulaw" | "pcmu" => Some(CodecName::Pcmu),
        "al" | "alaw" | "pcma" => Some(CodecName::Pcma),
        "opus" | "ogg" | "bit" => Some(CodecName::Opus),
        "g722" => Some(CodecName::G722),
        "g729" => Some(CodecName::G729),
        "l16" => Some(CodecName::L16),
        _ => None,
    }
}
