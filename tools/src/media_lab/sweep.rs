//! Control: `media-lab sweep`: tones through the resampler, one by one: what comes out of each, at its own frequency and
//! elsewhere.

use super::chart::{Chart, Panel};
use super::codec_choice::engine_rate;
use super::report;
use super::shape;
use super::wav::Sound;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::f64::consts::TAU;
use std::fs;
use std::path::PathBuf;

/// What `sweep` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab sweep --from 8000 --to 16000
  media-lab sweep --from 16000 --to 8000 --step 25 --csv response.csv --plot response.svg

Each tone (amplitude 0.5) goes through the converter of `media-lab resample`; its steady part is analysed. `gain`: the
tone's level at the output against the input. `other`: everything else there (images, aliases, noise), against the
tone's input level. A tone above half the output rate should not come out at all: all of it is `other`.")]
pub struct Args {
    /// Sample rate of the input, Hz.
    #[arg(long, value_name = "HZ")]
    pub from: u32,
    /// Sample rate of the output, Hz.
    #[arg(long, value_name = "HZ")]
    pub to: u32,
    /// Distance of the tones in Hz: a divisor of the rates' hundredths, so that each fits in 100 ms.
    #[arg(long, value_name = "HZ", default_value_t = 50)]
    pub step: u32,
    /// Write frequency, gain and other, one line a tone.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Draw them (.svg or .png).
    #[arg(long, value_name = "FILE", alias = "chart")]
    pub plot: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// What became of one tone.
#[derive(Debug, Clone, Copy)]
pub struct Tone {
    /// Its frequency.
    pub hz: u32,
    /// Its gain, dB; `None` above half the output rate.
    pub gain: Option<f64>,
    /// All else in the output against the tone at the input, dB.
    pub other: f64,
}

/// Runs the command.
///
/// # Errors
/// Rates that are not possible; files.
pub fn run(args: &Args) -> Result<()> {
    let (from, to) = (engine_rate(args.from).context("--from")?.hz(), engine_rate(args.to).context("--to")?.hz());
    ensure!((10..=400).contains(&args.step) && args.step.is_multiple_of(10), "--step: legal is 10, 20, … 400");
    let mut tones = Vec::new();
    for hz in (args.step..from / 2).step_by(args.step as usize) {
        tones.push(tone(from, to, hz)?);
    }
    let line = |t: &Tone| format!("{},{},{:.2}\n", t.hz, t.gain.map_or(String::new(), |g| format!("{g:.3}")), t.other);
    if let Some(path) = &args.csv {
        let text = tones.iter().fold("hz,gain_db,other_db\n".to_owned(), |text, t| text + &line(t));
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &args.plot {
        chart(from, to, &tones).write(path)?;
    }
    let edge = f64::from(from.min(to)) / 2.0;
    let pass = |t: &&Tone| f64::from(t.hz) <= 0.84 * edge;
    let ripple = tones.iter().filter(pass).filter_map(|t| t.gain).fold(0.0, |most: f64, g| most.max(g.abs()));
    let flat_to = tones.iter().take_while(|t| t.gain.is_some_and(|g| g > -1.0)).last().map(|t| t.hz);
    // An image of a tone stands as far above the edge as the tone is under it: at 1.05 of the edge for one at 0.95.
    let stop = |t: &&Tone| (f64::from(t.hz) - edge).abs() >= 0.05 * edge - 1e-6;
    let rejection = tones.iter().filter(stop).map(|t| -t.other).fold(f64::MAX, f64::min);
    report::print(
        args.json,
        &json!({
            "from_hz": from, "to_hz": to, "tones": tones.len(), "ripple_db_to_0.84_of_the_edge": round(ripple),
            "above_-1_dB_to_hz": flat_to, "rejection_db_from_1.05_of_the_edge": round(rejection),
            "delay_ms": report::ms(shape::at_rate(&Sound::mono(from, vec![0.0; 480]), to)?.1),
        }),
    );
    Ok(())
}

fn round(db: f64) -> f64 {
    (db * 1e3).round() / 1e3
}

/// One tone through the resampler.
///
/// # Errors
/// Rates that are not possible.
pub fn tone(from: u32, to: u32, hz: u32) -> Result<Tone> {
    const AMPLITUDE: f64 = 0.5;
    let wave = |i: u32| (AMPLITUDE * (TAU * f64::from(hz) * f64::from(i) / f64::from(from)).sin()) as f32;
    // 400 ms, of which the last 100 ms are analysed: whole periods, and the filter has long filled.
    let (out, _) = shape::at_rate(&Sound::mono(from, (0..from * 2 / 5).map(wave).collect()), to)?;
    let steady: Vec<f64> = out.channels[0][(to * 3 / 10) as usize..].iter().map(|&x| f64::from(x)).collect();
    let (mut sine, mut cosine, mut power) = (0.0, 0.0, 0.0);
    for (i, x) in steady.iter().enumerate() {
        let phase = TAU * f64::from(hz) * i as f64 / f64::from(to);
        sine += x * phase.sin();
        cosine += x * phase.cos();
        power += x * x;
    }
    let n = steady.len() as f64;
    let reference = n * AMPLITUDE * AMPLITUDE / 2.0;
    let own = if 2 * hz < to { (sine * sine + cosine * cosine) * 2.0 / n } else { 0.0 };
    let db = |p: f64| 10.0 * (p.max(1e-20) / reference).log10();
    Ok(Tone { hz, gain: (2 * hz < to).then(|| db(own)), other: db((power - own).max(0.0)) })
}

fn chart(from: u32, to: u32, tones: &[Tone]) -> Chart {
    let gains = tones.iter().filter_map(|t| t.gain.map(|g| (f64::from(t.hz), g)));
    let others = tones.iter().map(|t| (f64::from(t.hz), t.other));
    Chart {
        x: "tone at the input, Hz".into(),
        panels: vec![
            Panel::new(format!("{from} to {to} Hz: gain"), "dB").line("gain", gains),
            Panel::new("everything else in the output", "dB").line("other", others),
        ],
    }
}
