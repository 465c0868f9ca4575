//! Control: options of the laboratory: stream and buffer, and what a made network does.

use super::{Format, Impairment, LabCodec, Network, Setup, Trace, impair};
use anyhow::{Context, Result, ensure};
use media_core::buffer::{JitterConfig, JitterStrategy};
use media_core::types::Ptime;
use std::path::PathBuf;

/// Stream and buffer.
#[derive(Debug, Clone, clap::Args)]
pub struct BufferArgs {
    /// The codec of the stream.
    #[arg(long, value_enum, default_value = "pcmu")]
    pub codec: LabCodec,
    /// Of a packet.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// Opus: in-band error correction that reckons with this loss.
    #[arg(long, value_name = "PERCENT")]
    pub fec: Option<u8>,
    /// Opus: bit/s.
    #[arg(long, value_name = "BPS", default_value_t = 32_000)]
    pub bitrate: u32,
    /// Each packet carries that many older ones again (RFC 2198).
    #[arg(long, value_name = "PACKETS", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=4))]
    pub red: u8,
    /// conservative, balanced, aggressive, or fixed:MS.
    #[arg(long, default_value = "balanced", value_parser = strategy)]
    pub strategy: JitterStrategy,
    /// Delay is never aimed below this, over the fastest packet.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub min: u16,
    /// Delay never exceeds this, over the fastest packet.
    #[arg(long, value_name = "MS", default_value_t = 400)]
    pub max: u16,
}

/// A seeded network.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Making a trace")]
pub struct ImpairArgs {
    /// Write a trace of the network that the options below describe, and play through that one.
    #[arg(long, value_name = "T.csv", conflicts_with = "trace")]
    pub impair: Option<PathBuf>,
    /// What the other options start from.
    #[arg(long, value_enum, default_value = "clean")]
    pub network: Network,
    /// Of the generator: the same seed gives the same trace.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long.
    #[arg(long, value_name = "S", default_value_t = 60.0)]
    pub seconds: f64,
    /// Least transit.
    #[arg(long, value_name = "MS")]
    pub base: Option<f64>,
    /// Mean of an exponential jitter.
    #[arg(long, value_name = "MS")]
    pub jitter: Option<f64>,
    /// Standard deviation of a half-normal jitter.
    #[arg(long, value_name = "MS")]
    pub normal: Option<f64>,
    /// Standard deviation of a normal jitter.
    #[arg(long, value_name = "MS")]
    pub spread: Option<f64>,
    /// Stalls a second, at random.
    #[arg(long, value_name = "PER_S")]
    pub stalls: Option<f64>,
    /// The longest of them.
    #[arg(long, value_name = "MS")]
    pub stall: Option<f64>,
    /// Share of the packets that is lost (Gilbert-Elliott), 0 to 1.
    #[arg(long, value_name = "SHARE")]
    pub loss: Option<f64>,
    /// Mean length of a loss.
    #[arg(long, value_name = "PACKETS")]
    pub burst: Option<f64>,
    /// A spike each so many seconds.
    #[arg(long, value_name = "S")]
    pub spike_every: Option<f64>,
    /// Its length.
    #[arg(long, value_name = "MS")]
    pub spike: Option<f64>,
    /// Share of the packets that is overtaken, 0 to 1.
    #[arg(long, value_name = "SHARE")]
    pub reorder: Option<f64>,
    /// By how much the sender's clock runs slower, parts per million.
    #[arg(long, value_name = "PPM", allow_negative_numbers = true)]
    pub skew: Option<f64>,
    /// By how much the route gets longer at half of the time.
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub step: Option<f64>,
}

fn strategy(name: &str) -> Result<JitterStrategy, String> {
    let fixed = name.strip_prefix("fixed:").and_then(|ms| ms.parse().ok()).map(JitterStrategy::Fixed);
    match name {
        "conservative" => Some(JitterStrategy::Conservative),
        "balanced" => Some(JitterStrategy::Balanced),
        "aggressive" => Some(JitterStrategy::Aggressive),
        _ => fixed,
    }
    .ok_or("conservative, balanced, aggressive, or fixed:MS".into())
}

impl ImpairArgs {
    /// The trace that is asked for.
    ///
    /// # Errors
    /// Names the option that is out of range.
    pub fn trace(&self, ptime_ms: u32) -> Result<Trace> {
        Ptime::from_ms(ptime_ms).with_context(|| format!("--ptime {ptime_ms}: 10, 20 … 60 ms"))?;
        let day = 86_400.0;
        for (option, value, range) in [
            ("--seconds", Some(self.seconds), 0.001..=day),
            ("--base", self.base, 0.0..=1e4),
            ("--jitter", self.jitter, 0.0..=1e4),
            ("--normal", self.normal, 0.0..=1e4),
            ("--spread", self.spread, 0.0..=1e4),
            ("--stalls", self.stalls, 0.0..=1e3),
            ("--stall", self.stall, 0.0..=1e5),
            ("--loss", self.loss, 0.0..=1.0),
            ("--burst", self.burst, 1.0..=1e6),
            ("--spike-every", self.spike_every, 0.0..=day),
            ("--spike", self.spike, 0.0..=1e5),
            ("--reorder", self.reorder, 0.0..=1.0),
            ("--skew", self.skew, -1e5..=1e5),
            ("--step", self.step, -1e4..=1e4),
        ] {
            // NaN is in no range.
            let fits = value.is_none_or(|value| range.contains(&value));
            let value = value.unwrap_or_default();
            ensure!(fits, "{option} {value}: {} to {} is possible", range.start(), range.end());
        }
        let usual = self.network.impairment();
        let network = Impairment {
            seed: self.seed,
            base_ms: self.base.unwrap_or(usual.base_ms),
            jitter_ms: self.jitter.unwrap_or(usual.jitter_ms),
            normal_ms: self.normal.unwrap_or(usual.normal_ms),
            spread_ms: self.spread.unwrap_or(usual.spread_ms),
            stalls: self.stalls.unwrap_or(usual.stalls),
            stall_ms: self.stall.unwrap_or(usual.stall_ms),
            loss: self.loss.unwrap_or(usual.loss),
            burst: self.burst.unwrap_or(usual.burst),
            spike_every_s: self.spike_every.unwrap_or(usual.spike_every_s),
            spike_ms: self.spike.unwrap_or(usual.spike_ms),
            reorder: self.reorder.unwrap_or(usual.reorder),
            skew_ppm: self.skew.unwrap_or(usual.skew_ppm),
            step_ms: self.step.unwrap_or(usual.step_ms),
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
        let ptime = Ptime::from_ms(self.ptime).with_context(|| format!("--ptime {}: 10, 20 … 60 ms", self.ptime))?;
        let rate = self.codec.rate(hz);
        let format = Format { ptime, fec: self.fec, bitrate: self.bitrate, ..Format::new(self.codec, rate) };
        let config = JitterConfig {
            strategy: self.strategy,
            min_delay_ms: self.min,
            max_delay_ms: self.max,
            ..JitterConfig::new(format.clock())
        };
        Ok(Setup { format, plan: config.plan()?, red: self.red })
    }
}
