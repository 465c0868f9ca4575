//! Control: the command line of `media-lab jitter`.

use super::codec::LabCodec;
use super::impair::{Impairment, impair};
use super::run::{Outcome, Setup, run};
use super::trace::Trace;
use media_core::buffer::{BlockKind, JitterConfig, JitterStrategy};
use std::collections::HashMap;
use std::fmt::Write as _;

const USAGE: &str = "\
media-lab jitter --trace T.csv --codec pcmu|l16|l16-16k --in IN.wav --out OUT.wav
    [--strategy conservative|balanced|aggressive|fixed:MS] [--min MS] [--max MS] [--ptime MS] [--log PLAYOUT.csv]
    [--levels LEVELS.csv] [--json]
media-lab jitter --impair T.csv [--seconds 60] [--ptime MS] [--seed N] [--base MS] [--jitter MS] [--normal MS]
    [--loss SHARE] [--burst PACKETS] [--spike-every S] [--spike MS] [--reorder SHARE] [--skew PPM] [--step MS]";

struct Options(HashMap<String, String>);

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = HashMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or(format!("{word}: an option begins with --\n{USAGE}"))?;
            let value =
                if name == "json" { String::new() } else { words.next().ok_or(format!("{word} needs a value"))? };
            options.insert(name.to_string(), value);
        }
        Ok(Self(options))
    }

    fn text(&self, name: &str) -> Result<&str, String> {
        self.0.get(name).map(String::as_str).ok_or(format!("--{name} is missing\n{USAGE}"))
    }

    fn number<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, String> {
        self.0.get(name).map_or(Ok(default), |v| v.parse().map_err(|_| format!("--{name} {v}: not a number in range")))
    }
}

/// Runs the command; returns what it prints.
///
/// # Errors
/// A sentence for the user.
pub fn jitter(words: impl Iterator<Item = String>) -> Result<String, String> {
    let options = Options::parse(words)?;
    if let Some(path) = options.0.get("impair") { make(path, &options) } else { play(&options) }
}

fn make(path: &str, options: &Options) -> Result<String, String> {
    let usual = Impairment::default();
    let network = Impairment {
        seed: options.number("seed", usual.seed)?,
        base_ms: options.number("base", usual.base_ms)?,
        jitter_ms: options.number("jitter", usual.jitter_ms)?,
        normal_ms: options.number("normal", usual.normal_ms)?,
        loss: options.number("loss", usual.loss)?,
        burst: options.number("burst", usual.burst)?,
        spike_every_s: options.number("spike-every", usual.spike_every_s)?,
        spike_ms: options.number("spike", usual.spike_ms)?,
        reorder: options.number("reorder", usual.reorder)?,
        skew_ppm: options.number("skew", usual.skew_ppm)?,
        step_ms: options.number("step", usual.step_ms)?,
    };
    let ptime: f64 = options.number("ptime", 20.0)?;
    let seconds: f64 = options.number("seconds", 60.0)?;
    let trace = impair(network, (seconds * 1e3 / ptime) as u64, ptime);
    std::fs::write(path, trace.to_csv()).map_err(|e| format!("{path}: {e}"))?;
    Ok(format!("{path}: {} packets, {} lost", trace.0.len(), trace.0.iter().filter(|p| p.arrival_ms.is_none()).count()))
}

fn strategy(name: &str) -> Result<JitterStrategy, String> {
    Ok(match name {
        "conservative" => JitterStrategy::Conservative,
        "balanced" => JitterStrategy::Balanced,
        "aggressive" => JitterStrategy::Aggressive,
        other => JitterStrategy::Fixed(
            other
                .strip_prefix("fixed:")
                .and_then(|ms| ms.parse().ok())
                .ok_or(format!("--strategy {other}\n{USAGE}"))?,
        ),
    })
}

fn play(options: &Options) -> Result<String, String> {
    let name = options.0.get("codec").map_or("pcmu", String::as_str);
    let codec = LabCodec::from_name(name).ok_or(format!("--codec {name}: not known\n{USAGE}"))?;
    let config = JitterConfig {
        strategy: strategy(options.0.get("strategy").map_or("balanced", String::as_str))?,
        min_delay_ms: options.number("min", 0)?,
        max_delay_ms: options.number("max", JitterConfig::new(codec.clock()).max_delay_ms)?,
        ..JitterConfig::new(codec.clock())
    };
    let setup =
        Setup { codec, ptime_ms: options.number("ptime", 20)?, plan: config.plan().map_err(|e| e.to_string())? };
    let path = options.text("trace")?;
    let trace = Trace::parse(&std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?)?;
    let pcm = read_wav(options.text("in")?, codec.rate().hz())?;
    let outcome = run(setup, &trace, &pcm);
    write_wav(options.text("out")?, codec.rate().hz(), &outcome.audio)?;
    if let Some(path) = options.0.get("log") {
        std::fs::write(path, playout_csv(&outcome)).map_err(|e| format!("{path}: {e}"))?;
    }
    if let Some(path) = options.0.get("levels") {
        let mut csv = String::from("t_ms,delay_ms,target_ms,level_ms,kind\n");
        for (n, ([delay, target, level], kind)) in outcome.levels.iter().zip(&outcome.kinds).enumerate() {
            let _ = writeln!(csv, "{},{delay:.2},{target:.2},{level:.2},{kind:?}", n * 10);
        }
        std::fs::write(path, csv).map_err(|e| format!("{path}: {e}"))?;
    }
    Ok(summary(&outcome, &trace, options.0.contains_key("json")))
}

fn playout_csv(outcome: &Outcome) -> String {
    let mut csv = String::from("seq,playout_ms,concealed\n");
    for packet in &outcome.playback {
        let at = packet.playout_ms.map_or(String::new(), |ms| format!("{ms:.3}"));
        let _ = writeln!(csv, "{},{at},{}", packet.sequence, u8::from(packet.playout_ms.is_none()));
    }
    csv
}

fn summary(outcome: &Outcome, trace: &Trace, json: bool) -> String {
    let mut delays: Vec<f64> = outcome
        .playback
        .iter()
        .zip(&trace.0)
        .filter_map(|(played, packet)| played.playout_ms.map(|ms| ms - packet.send_ms))
        .collect();
    delays.sort_by(f64::total_cmp);
    let mean = delays.iter().sum::<f64>() / delays.len().max(1) as f64;
    let p95 = delays.get(delays.len() * 95 / 100).copied().unwrap_or(0.0);
    let from = outcome.kinds.iter().position(|k| *k != BlockKind::Idle).unwrap_or(0);
    let heard = &outcome.kinds[from..];
    let not_speech = heard.iter().filter(|k| **k != BlockKind::Speech).count();
    let share = 100.0 * not_speech as f64 / heard.len().max(1) as f64;
    let missing = outcome.playback.iter().filter(|p| p.playout_ms.is_none()).count();
    let unheard = 100.0 * missing as f64 / outcome.playback.len().max(1) as f64;
    let s = outcome.statistics;
    if json {
        format!(
            "{{\"delay_mean_ms\":{mean:.2},\"delay_p95_ms\":{p95:.2},\"concealed_percent\":{share:.3},\
             \"packets_unheard_percent\":{unheard:.3},\"lost\":{},\"late\":{},\"discarded\":{},\"shortened_ms\":{:.1},\
             \"lengthened_ms\":{:.1},\"skew_ppm\":{:.1}}}",
            s.lost, s.late, s.discarded, s.shortened_ms, s.lengthened_ms, s.skew_ppm
        )
    } else {
        format!(
            "delay {mean:.1} ms (95 %: {p95:.1}), concealed {share:.2} % of the time, {unheard:.2} % of the packets not \
             heard; lost {}, late {}, discarded {}, shortened {:.0} ms, lengthened {:.0} ms, skew {:.0} ppm",
            s.lost, s.late, s.discarded, s.shortened_ms, s.lengthened_ms, s.skew_ppm
        )
    }
}

fn read_wav(path: &str, rate: u32) -> Result<Vec<i16>, String> {
    let mut wav = hound::WavReader::open(path).map_err(|e| format!("{path}: {e}"))?;
    let spec = wav.spec();
    if spec.channels != 1 || spec.sample_rate != rate || spec.bits_per_sample != 16 {
        return Err(format!("{path}: needs 16 bits, one channel, {rate} Hz"));
    }
    wav.samples::<i16>().collect::<Result<_, _>>().map_err(|e| format!("{path}: {e}"))
}

fn write_wav(path: &str, rate: u32, audio: &[f32]) -> Result<(), String> {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: rate, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut wav = hound::WavWriter::create(path, spec).map_err(|e| format!("{path}: {e}"))?;
    for sample in audio {
        let pcm = (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
        wav.write_sample(pcm).map_err(|e| format!("{path}: {e}"))?;
    }
    wav.finalize().map_err(|e| format!("{path}: {e}"))
}
