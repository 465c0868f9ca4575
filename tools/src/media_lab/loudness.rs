//! Control: `media-lab loudness`: how loud a file is, after EBU R 128 (crate ebur128).

use super::wav::{self, Sound};
use anyhow::{Context as _, Result, ensure};
use ebur128::{EbuR128, Mode};
use serde::Serialize;
use std::path::PathBuf;

/// What `loudness` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab loudness prompt.wav
  media-lab loudness --json prompt.wav

`I`: integrated loudness in LUFS; `LRA`: its range in LU; `TP`: true peak in dBTP; `Smax`, `Mmax`: the greatest short-term
(3 s) and momentary (400 ms) loudness in LUFS.")]
pub struct Args {
    /// The WAV file to measure.
    pub input: PathBuf,
    /// One JSON object: I, LRA, TP, Smax, Mmax; what the file is too short for is left out.
    #[arg(long)]
    pub json: bool,
}

/// How loud a sound is. What it is too short or too quiet for is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Integrated loudness in LUFS.
    #[serde(rename = "I", skip_serializing_if = "Option::is_none")]
    pub integrated: Option<f64>,
    /// Loudness range in LU.
    #[serde(rename = "LRA", skip_serializing_if = "Option::is_none")]
    pub range: Option<f64>,
    /// True peak of the loudest channel in dBTP.
    #[serde(rename = "TP", skip_serializing_if = "Option::is_none")]
    pub true_peak: Option<f64>,
    /// Greatest short-term loudness (3 s) in LUFS.
    #[serde(rename = "Smax", skip_serializing_if = "Option::is_none")]
    pub short_term: Option<f64>,
    /// Greatest momentary loudness (400 ms) in LUFS.
    #[serde(rename = "Mmax", skip_serializing_if = "Option::is_none")]
    pub momentary: Option<f64>,
}

/// Measures a sound.
///
/// # Errors
/// More channels or another rate than the standard covers.
pub fn measure(sound: &Sound) -> Result<Measured> {
    ensure!(sound.samples() > 0, "the file is empty");
    let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::S | Mode::M;
    let mut meter = EbuR128::new(u32::try_from(sound.channels.len())?, sound.rate, mode)?;
    let (mut short_term, mut momentary) = (f64::MIN, f64::MIN);
    let (step, samples) = (sound.rate as usize / 100, sound.samples());
    for from in (0..samples).step_by(step) {
        let to = (from + step).min(samples);
        let planes: Vec<&[f32]> = sound.channels.iter().map(|c| &c[from..to]).collect();
        meter.add_frames_planar_f32(&planes)?;
        // A maximum counts where the window is full (Tech 3341).
        if to >= 40 * step {
            momentary = momentary.max(meter.loudness_momentary()?);
        }
        if to >= 300 * step {
            short_term = short_term.max(meter.loudness_shortterm()?);
        }
    }
    let peaks = (0..sound.channels.len()).map(|c| meter.true_peak(c as u32).unwrap_or(0.0));
    let finite = |v: f64| (v.is_finite() && v > f64::MIN).then(|| (v * 1e3).round() / 1e3);
    Ok(Measured {
        integrated: finite(meter.loudness_global()?),
        range: finite(meter.loudness_range()?),
        true_peak: finite(20.0 * peaks.fold(0.0, f64::max).log10()),
        short_term: finite(short_term),
        momentary: finite(momentary),
    })
}

/// Runs the command.
///
/// # Errors
/// The file.
pub fn run(args: &Args) -> Result<()> {
    let measured = measure(&wav::read(&args.input)?).with_context(|| args.input.display().to_string())?;
    if args.json {
        println!("{}", serde_json::to_string(&measured)?);
        return Ok(());
    }
    let rows = [
        ("integrated", measured.integrated, "LUFS"),
        ("range", measured.range, "LU"),
        ("true peak", measured.true_peak, "dBTP"),
        ("short-term, greatest", measured.short_term, "LUFS"),
        ("momentary, greatest", measured.momentary, "LUFS"),
    ];
    for (name, value, unit) in rows {
        match value {
            Some(value) => println!("{name:<22} {value:7.2} {unit}"),
            None => println!("{name:<22}       – (too short, or silent)"),
        }
    }
    Ok(())
}
