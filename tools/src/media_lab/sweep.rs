//! Control: `media-lab sweep`: tones through the resampler, one by one: what comes out of each, at its own frequency and
//! elsewhere.

use super::chart::{Chart, Panel};
use super::codec_choice::engine_rate;
use super::shape;
use super::wav::Sound;
use crate::cli::Command;
use crate::cli::files::{self, Files};
use crate::cli::report::{self, Report};
use anyhow::{Result, ensure};
use std::f64::consts::TAU;
use std::path::PathBuf;

/// What `sweep` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab sweep --from-rate 8000 --rate 16000
  media-lab sweep --from-rate 16000 --rate 8000 --step-hz 20 --csv response.csv --plot response.svg

Each tone (amplitude 0.5) goes through the converter of `media-lab resample`, and its steady part is analysed. `gain` \
is the level of the tone at the output against the input. `other` is everything else at the output (images, aliases, \
noise) against the tone at the input. For a tone above half the output rate, `other` is the whole output. Reported \
are the ripple up to 0.84 of the lower Nyquist frequency, the passband (to -1 dB), and the rejection of tones at \
least 5 % away from that frequency.")]
pub struct Args {
    /// Sample rate of the input.
    #[arg(long, value_name = "HZ", alias = "from")]
    pub from_rate: u32,
    /// Sample rate of the output.
    #[arg(long, value_name = "HZ", alias = "to")]
    pub rate: u32,
    /// Distance between tones, 10 to 400 in steps of 10, so that each fits in 100 ms.
    #[arg(long, value_name = "HZ", alias = "step", default_value_t = 50)]
    pub step_hz: u32,
    /// The CSV file to write: a row `hz,gain_db,other_db` for each tone.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw `gain` and `other` over frequency (.svg or .png).
    #[arg(long, value_name = "FILE", alias = "chart")]
    pub plot: Option<PathBuf>,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().write(self.csv.as_ref()).draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
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

fn run(args: &Args) -> Result<()> {
    let from = engine_rate("--from-rate", args.from_rate)?.hz();
    let (to, step) = (engine_rate("--rate", args.rate)?.hz(), args.step_hz);
    let fits = (10..=400).contains(&step) && step.is_multiple_of(10);
    ensure!(fits, "--step-hz = {step}: must be 10 to 400 in steps of 10");
    let mut tones = Vec::new();
    for hz in (step..from / 2).step_by(step as usize) {
        tones.push(tone(from, to, hz)?);
    }
    let line = |t: &Tone| format!("{},{},{:.2}\n", t.hz, t.gain.map_or(String::new(), |g| format!("{g:.3}")), t.other);
    if let Some(path) = &args.csv {
        let text = tones.iter().fold("hz,gain_db,other_db\n".to_owned(), |text, t| text + &line(t));
        files::write(path, text)?;
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
    Report::default()
        .with("from_rate_hz", from)
        .with("rate_hz", to)
        .with("tones", tones.len())
        .with("ripple_db", ripple)
        .with("passband_hz", flat_to)
        .with("rejection_db", rejection)
        .with("delay_ms", report::ms(shape::at_rate(&Sound::mono(from, vec![0.0; 480]), to)?.1))
        .print(args.json);
    Ok(())
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
    Chart::titled(format!("media-lab sweep: {from} to {to} Hz"))
        .x("tone at the input, Hz")
        .panel(Panel::new("The tone at the output", "dB").line("gain", gains))
        .panel(Panel::new("Everything else at the output", "dB").line("other", others))
}
