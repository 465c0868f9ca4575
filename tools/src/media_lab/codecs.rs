//! Control: `media-lab codecs`: what is there, and what a frame of it costs on this machine now.

use crate::cli::Command;
use crate::cli::files::Files;
use anyhow::Result;
use media_core::codec::CodecCapability;
use media_core::codec::audio::opus::libopus_version;
use media_core::codec::{
    AudioCodecCapability, AudioCodecParams, AudioDecoder as _, AudioEncoder as _, CodecFault, CodecManager,
    CodecRegistry,
};
use media_core::types::SampleRate;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

/// What `codecs` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab codecs
  media-lab codecs --json

The cost is the fastest of many runs over a second of speech-like sound, in µs for a packet of 20 ms, mono. Opus runs \
with its defaults: 32 kbit/s, complexity 5.")]
pub struct Args {
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Packets measured, 20 ms each.
const PACKETS: usize = 50;
const ROUNDS: usize = 20;

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default()
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let registry = CodecRegistry::standard();
    let mut codecs = Vec::new();
    for capability in registry.audio() {
        for &rate in &capability.sample_rates {
            codecs.push((capability, rate, cost(&registry, capability, rate)?));
        }
    }
    let beside: Vec<CodecCapability> = CodecManager::new(CodecRegistry::standard())
        .supported_codecs()
        .into_iter()
        .filter(|f| registry.find(&f.name, f.clock_rate).is_none())
        .collect();
    if args.json {
        let audio: Vec<Value> = codecs.iter().map(|(c, rate, cost)| object(c, *rate, *cost)).collect();
        let other: Vec<Value> = beside
            .iter()
            .map(|f| json!({"payload_type": f.payload_type, "name": f.name.as_str(), "clock_hz": f.clock_rate}))
            .collect();
        println!(
            "{}",
            json!({"audio": audio, "payloads": other, "libopus": libopus_version(), "libopus_path": libopus_path(), "optimized": !cfg!(debug_assertions)})
        );
        return Ok(());
    }
    println!(
        "{:<6} {:>3} {:>6} {:>6} {:>2} {:>9} {:>6} {:>3} {:>3} {:>8} {:>8}  specification; licence",
        "codec", "pt", "clock", "rate", "ch", "kbit/s", "delay", "dtx", "fec", "encode", "decode"
    );
    for (c, rate, [encode, decode]) in &codecs {
        let (low, high) = (c.bit_rates.start() / 1_000, c.bit_rates.end() / 1_000);
        let kbps = if low == high { low.to_string() } else { format!("{low}-{high}") };
        let yes = |flag| if flag { "yes" } else { "-" };
        println!(
            "{:<6} {:>3} {:>6} {:>6} {:>2} {kbps:>9} {:>6.2} {:>3} {:>3} {encode:>8.2} {decode:>8.2}  {}; {}",
            c.format.name.as_str(),
            c.format.payload_type,
            c.format.clock_rate,
            rate.hz(),
            c.max_channels,
            f64::from(c.delay_us) / 1e3,
            yes(c.dtx),
            yes(c.inband_fec),
            c.specification,
            c.licence,
        );
    }
    println!("delay in ms; encode and decode in µs for 20 ms, mono, the fastest of {ROUNDS} runs of {PACKETS} packets");
    let place = libopus_path().unwrap_or_else(|| "built in".to_owned());
    println!("Opus is {} ({place})", libopus_version());
    for f in &beside {
        println!("payload only: {} ({} Hz), payload type {}", f.name, f.clock_rate, f.payload_type);
    }
    if cfg!(debug_assertions) {
        println!("built without optimization: the costs are of no use; build with --release");
    }
    Ok(())
}

/// Where the system's libopus is loaded from; none if it is linked into this program.
fn libopus_path() -> Option<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let mut mapped = maps.lines().filter_map(|line| line.split_whitespace().nth(5));
    mapped.find(|path| path.contains("libopus.so")).map(str::to_owned)
}

fn object(c: &AudioCodecCapability, rate: SampleRate, [encode, decode]: [f64; 2]) -> Value {
    json!({
        "name": c.format.name.as_str(), "payload_type": c.format.payload_type, "clock_hz": c.format.clock_rate,
        "rate_hz": rate.hz(), "max_channels": c.max_channels, "ptimes_ms": c.format.ptimes.iter().map(|p| p.ms()).collect::<Vec<_>>(),
        "bitrate_bit_s": [c.bit_rates.start(), c.bit_rates.end()], "delay_ms": f64::from(c.delay_us) / 1e3, "dtx": c.dtx,
        "inband_fec": c.inband_fec, "encode_us_20ms": encode, "decode_us_20ms": decode, "specification": c.specification,
        "licence": c.licence,
    })
}

/// µs for a packet of 20 ms, encoding and decoding.
fn cost(registry: &CodecRegistry, capability: &AudioCodecCapability, rate: SampleRate) -> Result<[f64; 2]> {
    let params = AudioCodecParams::mono(rate);
    let (name, clock) = (&capability.format.name, capability.format.clock_rate);
    let (mut encoder, mut decoder) = (registry.encoder(name, clock, &params)?, registry.decoder(name, clock, &params)?);
    let frame = 2 * rate.block_samples();
    let pcm: Vec<f32> = (0..PACKETS * frame).map(|n| speech_like(n, rate.hz() as f32)).collect();
    let mut packets = vec![(0, vec![0; 4 * frame]); PACKETS];
    let mut sound = vec![0.0; 6 * frame];
    let mut best = [f64::MAX; 2];
    for _ in 0..ROUNDS {
        let encoding = || {
            for (pcm, (length, octets)) in pcm.chunks(frame).zip(&mut packets) {
                *length = encoder.encode_into(black_box(pcm), octets)?;
            }
            Ok(())
        };
        best[0] = best[0].min(timed(encoding)?);
        let decoding = || {
            for (length, octets) in &packets {
                decoder.decode_into(black_box(&octets[..*length]), &mut sound)?;
            }
            Ok(())
        };
        best[1] = best[1].min(timed(decoding)?);
    }
    Ok(best)
}

fn timed(run: impl FnOnce() -> Result<(), CodecFault>) -> Result<f64> {
    let start = Instant::now();
    run()?;
    Ok((start.elapsed().as_nanos() as f64 / PACKETS as f64).round() / 1e3)
}

/// Two tones in syllables, and a little noise.
fn speech_like(n: usize, rate: f32) -> f32 {
    let t = n as f32 / rate;
    let syllable = (t * 12.0).sin().powi(2);
    let hiss = ((n as u32).wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5;
    0.3 * syllable * ((t * 900.0).sin() + 0.5 * (t * 5_100.0).sin()) + 0.02 * hiss
}
