//! Control: `media-lab loudness`: how loud a file is, after EBU R 128 (crate ebur128).

use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use anyhow::{Context as _, Result, ensure};
use ebur128::{EbuR128, Mode};
use std::path::PathBuf;

/// What `loudness` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab loudness prompt.wav
  media-lab loudness --json prompt.wav

Reported are integrated loudness and loudness range (EBU Tech 3342), true peak, and the greatest short-term (3 s) and \
momentary (400 ms) loudness. JSON also has them under the standard's symbols: I, LRA, TP, Smax, Mmax. A value that \
the file is too short or too quiet for is null, and its symbol is left out.")]
pub struct Args {
    /// The sound file to measure: any sample rate and number of channels.
    pub input: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// How loud a sound is. What it is too short or too quiet for is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// Integrated loudness in LUFS.
    pub integrated: Option<f64>,
    /// Loudness range in LU.
    pub range: Option<f64>,
    /// True peak of the loudest channel in dBTP.
    pub true_peak: Option<f64>,
    /// Greatest short-term loudness (3 s) in LUFS.
    pub short_term: Option<f64>,
    /// Greatest momentary loudness (400 ms) in LUFS.
    pub momentary: Option<f64>,
}

/// Measures a sound.
///
/// # Errors
/// More channels or another rate than the standard covers.
pub fn measure(sound: &Sound) -> Result<Measured> {
    ensure!(sound.samples() > 0, "holds no sample");
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

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input)
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let m = measure(&wav::read(&args.input)?).with_context(|| args.input.display().to_string())?;
    let mut report = Report::on(&args.files())
        .with("input_lufs", m.integrated)
        .with("input_range_lu", m.range)
        .with("input_true_peak_dbtp", m.true_peak)
        .with("input_short_term_lufs", m.short_term)
        .with("input_momentary_lufs", m.momentary);
    if args.json {
        let symbols =
            [("I", m.integrated), ("LRA", m.range), ("TP", m.true_peak), ("Smax", m.short_term), ("Mmax", m.momentary)];
        report = report.with_all(symbols.into_iter().filter_map(|(name, value)| Some((name, value?.into()))));
    }
    report.print(args.json);
    Ok(())
}
