//! Control: `media-lab eq`: the parametric equalizer over a file.

use super::blocks;
use super::chart::{Chart, Panel};
use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::either;
use anyhow::{Context, Result, ensure};
use media_core::processing::effects::biquad::Shape;
use media_core::processing::effects::{Band, Equalizer, EqualizerParams, MAX_BANDS};
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What `eq` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab eq --band high-pass:100 call.wav out.wav
  media-lab eq --band high-pass:100 --band peak:2500:4:1.2 --plot response.svg --json call.wav out.wav")]
pub struct Args {
    /// The sound file to read: 8, 16, 24, 32 or 48 kHz, any number of channels.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// A band `SHAPE:HZ[:GAIN_DB[:Q]]`, up to eight times. SHAPE: peak, low-shelf, high-shelf, low-pass, high-pass, notch.
    #[arg(long, value_name = "BAND", required = true, value_parser = band)]
    pub band: Vec<Band>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw the response over frequency (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The shapes by name.
const SHAPES: [(&str, Shape); 6] = [
    ("peak", Shape::Peak),
    ("low-shelf", Shape::LowShelf),
    ("high-shelf", Shape::HighShelf),
    ("low-pass", Shape::LowPass),
    ("high-pass", Shape::HighPass),
    ("notch", Shape::Notch),
];

fn name(of: Shape) -> &'static str {
    SHAPES.iter().find(|(_, shape)| *shape == of).map_or("band", |(name, _)| name)
}

/// Reads a band.
///
/// # Errors
/// What is wrong with the text.
pub fn band(text: &str) -> Result<Band> {
    let mut parts = text.split(':');
    let word = parts.next().unwrap_or_default();
    let shape = SHAPES.iter().find(|(name, _)| *name == word).map(|(_, shape)| *shape);
    let shape = shape.with_context(|| format!("shape = {word}: must be {}", either(SHAPES.map(|(name, _)| name))))?;
    let mut number = |what: &str, or: Option<f32>| match parts.next() {
        Some(part) => {
            part.parse().with_context(|| format!("{what} = {part}: must be a number, as in SHAPE:HZ[:GAIN_DB[:Q]]"))
        }
        None => or.with_context(|| format!("{what} is missing, as in SHAPE:HZ[:GAIN_DB[:Q]]")),
    };
    let hz = number("frequency", None)?;
    let gain_db = number("gain", Some(0.0))?;
    let q = number("q", Some(std::f32::consts::FRAC_1_SQRT_2))?;
    ensure!(parts.next().is_none(), "too many values: must be SHAPE:HZ[:GAIN_DB[:Q]]");
    Ok(Band::new(shape, hz).q(q).gain_db(gain_db))
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output).draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    ensure!(args.band.len() <= MAX_BANDS, "--band is given {} times: must be at most {MAX_BANDS}", args.band.len());
    let (sound, rate) = wav::read_engine(&args.input)?;
    let mut result = Sound { rate: sound.rate, channels: Vec::new() };
    for channel in &sound.channels {
        let mut equalizer = Equalizer::new(rate, EqualizerParams::of(&args.band))?;
        let stage = |block: &mut [f32]| Ok(equalizer.process(block)?);
        result.channels.push(blocks::through(channel, rate, 0, "equalizing", stage)?);
    }
    let clipped = wav::write(&args.output, &result)?;
    if let Some(path) = &args.plot {
        response(args, rate).write(path)?;
    }
    Report::on(&args.files())
        .with("channels", result.channels.len())
        .with("bands", args.band.len())
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}

fn response(args: &Args, rate: SampleRate) -> Chart {
    let coefficients = || args.band.iter().map(|band| band.coefficients(rate));
    let at = |hz: f32| coefficients().map(|band| band.response_db(rate, hz)).sum::<f32>().max(-60.0);
    let top = rate.hz() as f32 / 2.0;
    let points = (1..500).map(|n| n as f32 * top / 500.0).map(|hz| (f64::from(hz), f64::from(at(hz))));
    let band = |band: &Band| format!("{} {} Hz {} dB Q {:.2}", name(band.shape), band.hz, band.gain_db, band.q);
    let said = format!("{rate}; {}", args.band.iter().map(band).collect::<Vec<_>>().join("; "));
    Chart::of("eq", &args.input, &said).x("frequency, Hz").panel(Panel::new("Response", "dB").line("equalizer", points))
}
