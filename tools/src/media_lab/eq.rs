//! Control: `media-lab eq`: the parametric equalizer over a file.

use super::wav::{self, Sound};
use super::{blocks, chart};
use crate::files::Files;
use anyhow::{Context, Result, bail, ensure};
use media_core::processing::effects::biquad::Shape;
use media_core::processing::effects::{Band, Equalizer, EqualizerParams, MAX_BANDS};
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What `eq` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab eq --band high-pass:100 call.wav out.wav
  media-lab eq --band high-pass:100 --band peak:2500:4:1.2 --plot response.svg call.wav out.wav")]
pub struct Args {
    /// The WAV file to read.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// A band, up to eight times: `SHAPE:HZ[:GAIN_DB[:Q]]`, where SHAPE is peak, low-shelf, high-shelf, low-pass,
    /// high-pass or notch. For instance `--band high-pass:100 --band peak:2500:4:1.2`.
    #[arg(long, value_name = "BAND", required = true, value_parser = band)]
    pub band: Vec<Band>,
    /// A picture of the response over frequency: .svg or .png.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// Reads a band.
///
/// # Errors
/// What is wrong with the text.
pub fn band(text: &str) -> Result<Band> {
    let mut parts = text.split(':');
    let shape = match parts.next().unwrap_or_default() {
        "peak" => Shape::Peak,
        "low-shelf" => Shape::LowShelf,
        "high-shelf" => Shape::HighShelf,
        "low-pass" => Shape::LowPass,
        "high-pass" => Shape::HighPass,
        "notch" => Shape::Notch,
        other => bail!("`{other}` is no shape: peak, low-shelf, high-shelf, low-pass, high-pass, notch"),
    };
    let mut number = |what: &str, or: Option<f32>| match parts.next() {
        Some(part) => part.parse().with_context(|| format!("`{part}` is no number: SHAPE:HZ[:GAIN_DB[:Q]]")),
        None => or.with_context(|| format!("{what} is missing: SHAPE:HZ[:GAIN_DB[:Q]]")),
    };
    let hz = number("the frequency", None)?;
    let gain_db = number("the gain", Some(0.0))?;
    let q = number("q", Some(std::f32::consts::FRAC_1_SQRT_2))?;
    ensure!(parts.next().is_none(), "too much: SHAPE:HZ[:GAIN_DB[:Q]]");
    Ok(Band { shape, hz, q, gain_db })
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output).write(self.plot.as_ref())
    }
}

/// Runs the command.
///
/// # Errors
/// Files, or parameters out of range.
pub fn run(args: &Args) -> Result<()> {
    ensure!(args.band.len() <= MAX_BANDS, "at most {MAX_BANDS} bands");
    let (sound, rate) = wav::read_engine(&args.input)?;
    let mut result = Sound { rate: sound.rate, channels: Vec::new() };
    for channel in &sound.channels {
        let mut equalizer = Equalizer::new(rate, EqualizerParams::of(&args.band))?;
        let stage = |block: &mut [f32]| Ok(equalizer.process(block)?);
        result.channels.push(blocks::through(channel, rate, 0, "equalizing", stage)?);
    }
    let clipped = wav::write(&args.output, &result)?;
    if let Some(path) = &args.plot {
        response(&args.band, rate).write(path)?;
    }
    println!("{} bands, {clipped} samples clipped", args.band.len());
    Ok(())
}

fn response(bands: &[Band], rate: SampleRate) -> chart::Chart {
    let at = |hz: f32| bands.iter().map(|b| b.coefficients(rate).response_db(rate, hz)).sum::<f32>().max(-60.0);
    let top = rate.hz() as f32 / 2.0;
    let points = (1..500).map(|n| n as f32 * top / 500.0).map(|hz| (f64::from(hz), f64::from(at(hz))));
    chart::Chart {
        x: "frequency, Hz".into(),
        panels: vec![chart::Panel::new("response", "dB").line("equalizer", points)],
    }
}
