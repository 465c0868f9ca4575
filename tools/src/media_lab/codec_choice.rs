//! Control: which codec a command means, by name or by the file's, and how it is to work.

use crate::cli::values::either;
use crate::cli::values::within;
use crate::sound::ENGINE_RATES;
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
    #[arg(long, value_name = "BIT/S", default_value_t = 32_000, value_parser = within(6_000..=510_000_u32))]
    pub bitrate: u32,
    /// Encoding effort, 0 to 10.
    #[arg(long, default_value_t = 5, value_parser = within(0..=10_u8))]
    pub complexity: u8,
    /// Constant bit rate: each packet of the same size.
    #[arg(long)]
    pub cbr: bool,
    /// In-band error correction: each packet carries its predecessor in low quality. Give --loss-percent as well.
    #[arg(long)]
    pub fec: bool,
    /// Packet loss that --fec is to expect, 0 to 100.
    #[arg(long, value_name = "PERCENT", alias = "loss", default_value_t = 0, value_parser = within(0..=100_u8))]
    pub loss_percent: u8,
    /// Discontinuous transmission: silence is left out (a .bit file only).
    #[arg(long)]
    pub dtx: bool,
}

impl OpusArgs {
    fn settings(&self) -> OpusSettings {
        OpusSettings::default()
            .bitrate(OpusBitrate::Bits(self.bitrate))
            .complexity(self.complexity)
            .constant_bitrate(self.cbr)
            .inband_fec(self.fec)
            .dtx(self.dtx)
            .expected_loss_percent(self.loss_percent)
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
    /// What these are called on the command line.
    pub options: Options,
}

/// The names of the options.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Of the codec.
    pub codec: &'static str,
    /// Of the sample rate.
    pub rate: &'static str,
    /// Of the packet time.
    pub ptime: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self { codec: "--codec", rate: "--rate", ptime: "--ptime" }
    }
}

impl Choice {
    /// Finds the codec.
    ///
    /// # Errors
    /// It is not there, or does not work so.
    pub fn new(said: &Said<'_>) -> Result<Self> {
        let name = match said.codec {
            Some(name) => parse(name),
            None => by_ending(said.file).with_context(|| {
                format!("{}: its name tells no codec: give {}", said.file.display(), said.options.codec)
            })?,
        };
        let registry = CodecRegistry::standard();
        let of_name: Vec<_> = registry.audio().filter(|c| c.format.name == name).collect();
        if of_name.is_empty() {
            let mut known: Vec<_> = registry.audio().map(|c| c.format.name.to_string()).collect();
            known.dedup();
            bail!("{} = {name}: must be {}", said.options.codec, either(known));
        }
        let found = of_name.iter().find_map(|c| match said.rate {
            None => c.sample_rates.first().map(|rate| (*c, *rate)),
            Some(hz) => c.sample_rates.iter().find(|rate| rate.hz() == hz).map(|rate| (*c, *rate)),
        });
        let wrong = || {
            let mut rates: Vec<_> = of_name.iter().flat_map(|c| &c.sample_rates).map(|rate| rate.hz()).collect();
            rates.sort_unstable();
            rates.dedup();
            let given = said.rate.map_or(String::new(), |hz| hz.to_string());
            format!("{} = {given} Hz: must be {} Hz with {name}", said.options.rate, either(rates))
        };
        let (capability, rate) = found.with_context(wrong)?;
        let ptime = ptime(said.options.ptime, said.ptime)?;
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

/// Hz to one of the engine's rates; `option` is what gave them.
///
/// # Errors
/// It is none.
pub fn engine_rate(option: &str, hz: u32) -> Result<SampleRate> {
    let wrong = || format!("{option} = {hz} Hz: must be {ENGINE_RATES}; media-lab resample takes other rates");
    SampleRate::from_hz(hz).with_context(wrong)
}

/// Milliseconds to a packet time; `option` is what gave them.
///
/// # Errors
/// They are none.
pub fn ptime(option: &str, ms: u32) -> Result<Ptime> {
    Ptime::from_ms(ms).with_context(|| format!("{option} = {ms} ms: must be 10, 20, 30, 40, 50 or 60 ms"))
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
