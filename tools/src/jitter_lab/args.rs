//! Control: options of the laboratory: stream and buffer, and what a made network does.

use super::{Format, Impairment, LabCodec, Network, Setup, Trace, impair};
use crate::cli::values::within;
use crate::media_lab::codec_choice::ptime;
use anyhow::{Result, ensure};
use media_core::buffer::{JitterConfig, JitterStrategy};
use std::fmt;
use std::path::PathBuf;

/// Stream and buffer.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Stream and buffer")]
pub struct BufferArgs {
    /// The codec of the stream.
    #[arg(long, value_name = "NAME", value_enum, default_value = "pcmu")]
    pub codec: LabCodec,
    /// Packet time: 10, 20, 30, 40, 50 or 60.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// Opus: in-band FEC that expects this packet loss, 0 to 100.
    #[arg(long, value_name = "PERCENT", value_parser = within(0..=100_u8))]
    pub fec: Option<u8>,
    /// Opus: Deep Redundancy that expects this packet loss, 6 to 100. For tools built with the feature opus-dred.
    #[arg(long, value_name = "PERCENT", value_parser = within(6..=100_u8))]
    pub dred: Option<u8>,
    /// How far back Deep Redundancy may reach, 10 to 1000.
    #[arg(long, value_name = "MS", default_value_t = 1_000, value_parser = within(10..=1_000_u16))]
    pub dred_ms: u16,
    /// Opus: bit rate, 6000 to 510000.
    #[arg(long, value_name = "BIT/S", default_value_t = 32_000, value_parser = within(6_000..=510_000_u32))]
    pub bitrate: u32,
    /// Redundancy (RFC 2198): each packet repeats that many older ones, 0 to 4.
    #[arg(long, value_name = "PACKETS", default_value_t = 0, value_parser = within(0..=4_u8))]
    pub red: u8,
    /// How to weigh delay against loss: conservative, balanced, aggressive, or fixed:MS.
    #[arg(long, default_value = "balanced", value_parser = strategy)]
    pub strategy: JitterStrategy,
    /// Least delay to aim at, counted from the fastest packet: 0 to --max-delay-ms.
    #[arg(long, value_name = "MS", alias = "min", default_value_t = 0)]
    pub min_delay_ms: u16,
    /// Greatest delay, counted from the fastest packet: 20 to 1000.
    #[arg(long, value_name = "MS", alias = "max", default_value_t = 400)]
    pub max_delay_ms: u16,
}

impl fmt::Display for BufferArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codec = format!("{:?}", self.codec).to_lowercase();
        let strategy = format!("{:?}", self.strategy).to_lowercase().replace('(', " ").replace(')', " ms");
        write!(f, "{codec}, {} ms packets, {strategy}, ", self.ptime)?;
        write!(f, "{} to {} ms", self.min_delay_ms, self.max_delay_ms)?;
        self.fec.map_or(Ok(()), |percent| write!(f, ", fec {percent} %"))?;
        self.dred.map_or(Ok(()), |percent| write!(f, ", dred {percent} %"))?;
        if self.red > 0 { write!(f, ", red {}", self.red) } else { Ok(()) }
    }
}

/// A seeded network.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Making a trace")]
pub struct ImpairArgs {
    /// Write a trace of the network that the options below describe, and play through it.
    #[arg(long, value_name = "FILE", conflicts_with = "trace")]
    pub impair: Option<PathBuf>,
    /// The network that the other options start from.
    #[arg(long, value_enum, default_value = "clean")]
    pub network: Network,
    /// Seed of the random numbers: the same seed gives the same trace.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Length of the trace, 0.001 to 86400.
    #[arg(long, default_value_t = 60.0)]
    pub seconds: f64,
    /// Least transit, 0 to 10000.
    #[arg(long, value_name = "MS", alias = "base")]
    pub base_ms: Option<f64>,
    /// Mean of an exponential jitter, 0 to 10000.
    #[arg(long, value_name = "MS", alias = "jitter")]
    pub jitter_ms: Option<f64>,
    /// Standard deviation of a half-normal jitter, 0 to 10000.
    #[arg(long, value_name = "MS", alias = "normal")]
    pub normal_ms: Option<f64>,
    /// Standard deviation of a normal jitter, 0 to 10000.
    #[arg(long, value_name = "MS", alias = "spread")]
    pub spread_ms: Option<f64>,
    /// Stalls per second, at random, 0 to 1000.
    #[arg(long, value_name = "PER_S")]
    pub stalls: Option<f64>,
    /// The longest stall, 0 to 100000.
    #[arg(long, value_name = "MS", alias = "stall")]
    pub stall_ms: Option<f64>,
    /// Share of the packets that are lost (Gilbert-Elliott), 0 to 1.
    #[arg(long, value_name = "SHARE")]
    pub loss: Option<f64>,
    /// Mean length of a burst of loss, 1 to 1000000.
    #[arg(long, value_name = "PACKETS")]
    pub burst: Option<f64>,
    /// Time from one delay spike to the next, 0 to 86400; 0: none.
    #[arg(long, value_name = "SECONDS", alias = "spike-every")]
    pub spike_every_s: Option<f64>,
    /// Length of a delay spike, 0 to 100000.
    #[arg(long, value_name = "MS", alias = "spike")]
    pub spike_ms: Option<f64>,
    /// Share of the packets that later ones overtake, 0 to 1.
    #[arg(long, value_name = "SHARE")]
    pub reorder: Option<f64>,
    /// By how much the sender's clock runs slower, -100000 to 100000.
    #[arg(long, value_name = "PPM", alias = "skew", allow_negative_numbers = true)]
    pub skew_ppm: Option<f64>,
    /// By how much the route gets longer halfway through, -10000 to 10000.
    #[arg(long, value_name = "MS", alias = "step", allow_negative_numbers = true)]
    pub step_ms: Option<f64>,
}

/// A strategy by its name.
///
/// # Errors
/// It is none: says which there are.
pub fn strategy(name: &str) -> Result<JitterStrategy, String> {
    let fixed = name.strip_prefix("fixed:").and_then(|ms| ms.parse().ok()).map(JitterStrategy::Fixed);
    match name {
        "conservative" => Some(JitterStrategy::Conservative),
        "balanced" => Some(JitterStrategy::Balanced),
        "aggressive" => Some(JitterStrategy::Aggressive),
        _ => fixed,
    }
    .ok_or("must be conservative, balanced, aggressive, or fixed:MS".into())
}

impl ImpairArgs {
    /// The trace that is asked for.
    ///
    /// # Errors
    /// Names the option that is out of range.
    pub fn trace(&self, ptime_ms: u32) -> Result<Trace> {
        ptime("--ptime", ptime_ms)?;
        let day = 86_400.0;
        for (option, value, range) in [
            ("--seconds", Some(self.seconds), 0.001..=day),
            ("--base-ms", self.base_ms, 0.0..=1e4),
            ("--jitter-ms", self.jitter_ms, 0.0..=1e4),
            ("--normal-ms", self.normal_ms, 0.0..=1e4),
            ("--spread-ms", self.spread_ms, 0.0..=1e4),
            ("--stalls", self.stalls, 0.0..=1e3),
            ("--stall-ms", self.stall_ms, 0.0..=1e5),
            ("--loss", self.loss, 0.0..=1.0),
            ("--burst", self.burst, 1.0..=1e6),
            ("--spike-every-s", self.spike_every_s, 0.0..=day),
            ("--spike-ms", self.spike_ms, 0.0..=1e5),
            ("--reorder", self.reorder, 0.0..=1.0),
            ("--skew-ppm", self.skew_ppm, -1e5..=1e5),
            ("--step-ms", self.step_ms, -1e4..=1e4),
        ] {
            // NaN is in no range.
            let fits = value.is_none_or(|value| range.contains(&value));
            let value = value.unwrap_or_default();
            ensure!(fits, "{option} = {value}: must be {} to {}", range.start(), range.end());
        }
        let usual = self.network.impairment();
        let network = Impairment {
            seed: self.seed,
            base_ms: self.base_ms.unwrap_or(usual.base_ms),
            jitter_ms: self.jitter_ms.unwrap_or(usual.jitter_ms),
            normal_ms: self.normal_ms.unwrap_or(usual.normal_ms),
            spread_ms: self.spread_ms.unwrap_or(usual.spread_ms),
            stalls: self.stalls.unwrap_or(usual.stalls),
            stall_ms: self.stall_ms.unwrap_or(usual.stall_ms),
            loss: self.loss.unwrap_or(usual.loss),
            burst: self.burst.unwrap_or(usual.burst),
            spike_every_s: self.spike_every_s.unwrap_or(usual.spike_every_s),
            spike_ms: self.spike_ms.unwrap_or(usual.spike_ms),
            reorder: self.reorder.unwrap_or(usual.reorder),
            skew_ppm: self.skew_ppm.unwrap_or(usual.skew_ppm),
            step_ms: self.step_ms.unwrap_or(usual.step_ms),
        };
        let packets = (self.seconds * 1e3 / f64::from(ptime_ms)).ceil() as u64;
        Ok(impair(network, packets, f64::from(ptime_ms)))
    }
}

impl BufferArgs {
    /// The set-up for a sound of `hz`.
    ///
    /// # Errors
    /// What is asked for is not possible.
    pub fn setup(&self, hz: u32) -> Result<Setup> {
        let ptime = ptime("--ptime", self.ptime)?;
        let rate = self.codec.rate(hz);
        let (fec, dred, dred_ms, bitrate) = (self.fec, self.dred, self.dred_ms, self.bitrate);
        let format = Format { ptime, fec, dred, dred_ms, bitrate, ..Format::new(self.codec, rate) };
        let config = JitterConfig::new(format.clock())
            .strategy(self.strategy)
            .min_delay_ms(self.min_delay_ms)
            .max_delay_ms(self.max_delay_ms);
        Ok(Setup { format, plan: config.plan()?, red: self.red })
    }
}
