//! Control: `media-lab chain`: the processing chain of a call's leg over files, with stages that come and go.

use super::chart::{Chart, Panel};
use super::progress::Progress;
use super::wav::{self, Sound};
use super::{aec, agc, eq, ns, report, vad};
use crate::files::Files;
use anyhow::{Context, Result, ensure};
use media_core::processing::audio::agc::AgcParams;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::audio::tone::{DtmfParams, SingleToneParams, ToneEvent};
use media_core::processing::chain::{AgcStage, AudioProcessor, ChainRates, ProcessingMetrics, ProcessingParams};
use media_core::processing::effects::{Band, CompressorParams, EqualizerParams, MAX_BANDS};
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// What `chain` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab chain --ns spectral --agc wideband noisy.wav out.wav
  media-lab chain --far far.wav --aec frequency_domain --ns spectral --vad spectral --events events.csv mic.wav out.wav
  media-lab chain --ns spectral --from 5 --until 10 noisy.wav out.wav      # comes and goes as by command in a call

The stages run in the order that calls have: tones, echo, noise, voice, gain, equalizer, compressor. The output is what a
call hears: the delay of the stages is in it. The CSV of --events has rows `t_ms,event`.")]
pub struct Args {
    /// What comes from the party: a WAV file, mono, 8, 16, 24, 32 or 48 kHz.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// What is sent to the party meanwhile, which an echo may come of: mono, of the same rate.
    #[arg(long, value_name = "FILE")]
    pub far: Option<PathBuf>,
    /// Take the echo of --far out.
    #[arg(long, value_enum, requires = "far")]
    pub aec: Option<aec::Algorithm>,
    /// Suppress noise.
    #[arg(long, value_enum)]
    pub ns: Option<ns::Algorithm>,
    /// How strongly.
    #[arg(long, value_enum, default_value_t = ns::Level::Moderate)]
    pub level: ns::Level,
    /// Tell voice from the rest.
    #[arg(long, value_enum)]
    pub vad: Option<vad::Algorithm>,
    /// Control the gain.
    #[arg(long, value_enum)]
    pub agc: Option<agc::Algorithm>,
    /// The loudness that it aims at: -40 to -10.
    #[arg(long, value_name = "LUFS", default_value_t = AgcParams::default().target_lufs, allow_negative_numbers = true)]
    pub target_lufs: f32,
    /// Tell DTMF digits.
    #[arg(long)]
    pub tones: bool,
    /// Tell fax calling and answer tones.
    #[arg(long)]
    pub single_tones: bool,
    /// A band of the equalizer, as in `media-lab eq`.
    #[arg(long, value_name = "BAND", value_parser = eq::band)]
    pub band: Vec<Band>,
    /// Compress.
    #[arg(long)]
    pub compress: bool,
    /// When the stages come.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub from: f64,
    /// When they go; they stay to the end if it is not given.
    #[arg(long, value_name = "SECONDS")]
    pub until: Option<f64>,
    /// The CSV file of events: voice began and ended, digits.
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw levels, gain, voice and echo return loss enhancement over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

impl Args {
    fn params(&self) -> Result<ProcessingParams> {
        ensure!(self.band.len() <= MAX_BANDS, "at most {MAX_BANDS} bands");
        let mut params = ProcessingParams::default();
        if self.tones {
            params.tones = DtmfParams::default().into();
        }
        if self.single_tones {
            params.single_tones = SingleToneParams::fax().into();
        }
        if let Some(algorithm) = self.aec {
            params.aec = algorithm.params().into();
        }
        if let Some(algorithm) = self.ns {
            params.ns = NsParams { algorithm: algorithm.into(), level: self.level.into() }.into();
        }
        if let Some(algorithm) = self.vad {
            params.vad = algorithm.params().into();
        }
        if let Some(algorithm) = self.agc {
            let target = AgcParams { target_lufs: self.target_lufs, ..AgcParams::default() };
            params.agc = AgcStage { algorithm: algorithm.into(), params: target }.into();
        }
        if !self.band.is_empty() {
            params.equalizer = EqualizerParams::of(&self.band).into();
        }
        if self.compress {
            params.compressor = CompressorParams::default().into();
        }
        Ok(params)
    }
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default()
            .read(&self.input)
            .read(self.far.as_ref())
            .write(&self.output)
            .write(self.events.as_ref())
            .write(self.plot.as_ref())
    }
}

/// Runs the command. Where --far is shorter, it goes on as silence.
///
/// # Errors
/// Files, rates that differ or are not the engine's, parameters out of range.
pub fn run(args: &Args) -> Result<()> {
    let params = args.params()?;
    ensure!(!params.is_off(), "no stage is asked for: see `media-lab chain --help`");
    let (mic, rate) = wav::read_mono(&args.input)?;
    let far = args.far.as_deref().map(wav::read_mono).transpose()?;
    if let (Some((_, far)), Some(path)) = (&far, &args.far) {
        let (is, file) = (far.hz(), path.display());
        ensure!(*far == rate, "{file} has {is} Hz, {} has {} Hz: resample one", args.input.display(), rate.hz());
    }
    let (mic, far) = (&*mic, far.as_ref().map_or(&[][..], |far| &*far.0));
    let rates = ChainRates { received: rate, sent: rate };
    let (nothing, gauges) = (ProcessingParams::default(), Arc::default());
    let mut chain = AudioProcessor::build(&nothing, rates, None, Arc::clone(&gauges))?;
    let size = rate.block_samples();
    let count = mic.len().div_ceil(size);
    let block_at = |seconds: f64| (seconds * 100.0).round() as usize;
    let (comes, goes) = (block_at(args.from), args.until.map_or(usize::MAX, block_at));
    ensure!(comes < goes.min(count), "--from {} is not before --until or the end of the file", args.from);
    let mut progress = Progress::new("processing", mic.len());
    let (mut out, mut rows, mut events) = (Vec::with_capacity(mic.len()), Vec::new(), Vec::new());
    for n in 0..count {
        // As an order does in a call: a chain that follows on the former one.
        let change = [(comes, &nothing, &params), (goes, &params, &nothing)].into_iter().find(|(at, ..)| *at == n);
        if let Some((_, former, next)) = change {
            let mut next = AudioProcessor::build(next, rates, Some((former.into(), rates)), Arc::clone(&gauges))?;
            next.continue_from(&mut chain);
            chain = next;
        }
        let (mut sent, mut block) = (block_of(far, n * size, size), block_of(mic, n * size, size));
        chain.process_outward(&mut sent);
        let found = chain.process_inward(&mut block);
        if let Some(voice) = found.voice {
            events.push((n * 10, format!("voice {}", if voice { "began" } else { "ended" })));
        }
        for tone in found.tones.into_iter().flatten() {
            match tone {
                ToneEvent::Begin { tone, .. } => events.push((n * 10, format!("{tone:?} began"))),
                ToneEvent::End { tone, duration_ms, .. } => {
                    events.push((n * 10, format!("{tone:?} ended after {duration_ms} ms")));
                }
                _ => {}
            }
        }
        rows.push(chain.metrics());
        out.extend_from_slice(&block);
        progress.at(n * size);
    }
    drop(progress);
    out.truncate(mic.len());
    if let Some(path) = &args.events {
        let mut text = "t_ms,event\n".to_owned();
        events.iter().try_for_each(|(at, event)| writeln!(text, "{at},{event}"))?;
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &args.plot {
        picture(mic, &out, &rows, size).write(path)?;
    }
    let clipped = wav::write(&args.output, &Sound::mono(rate.hz(), out))?;
    let last = rows.iter().rev().find(|row| row.echo.is_some()).or(rows.last()).copied().unwrap_or_default();
    let told = json!({
        "blocks": count, "events": events.len(), "voice_ms": last.voice_ms, "gain_db": last.gain_db,
        "erle_db": last.echo.map(|echo| echo.erle_db), "delay_ms": last.echo.and_then(|echo| echo.delay_ms),
        "stage_faults": last.stage_faults, "clipped": clipped,
    });
    report::print(args.json, &told);
    Ok(())
}

fn block_of(sound: &[f32], at: usize, size: usize) -> Vec<f32> {
    let mut block = vec![0.0; size];
    let piece = sound.get(at..).unwrap_or_default();
    let piece = &piece[..piece.len().min(size)];
    block[..piece.len()].copy_from_slice(piece);
    block
}

fn picture(before: &[f32], after: &[f32], rows: &[ProcessingMetrics], size: usize) -> Chart {
    let over = |value: &dyn Fn(&ProcessingMetrics) -> f32| -> Vec<(f64, f64)> {
        rows.iter().enumerate().map(|(n, row)| (n as f64 / 100.0, f64::from(value(row)))).collect()
    };
    let level = |sound: &[f32]| -> Vec<(f64, f64)> {
        let db = |b: &[f32]| 10.0 * (b.iter().map(|x| f64::from(x * x)).sum::<f64>() / b.len() as f64 + 1e-10).log10();
        sound.chunks(size).enumerate().map(|(n, block)| (n as f64 / 100.0, db(block))).collect()
    };
    let mut panels =
        vec![Panel::new("level of 10 ms", "dBFS").line("input", level(before)).line("output", level(after))];
    // Stages that were not asked for have nothing to show.
    let shows = |value: &dyn Fn(&ProcessingMetrics) -> bool| rows.iter().any(value);
    if shows(&|row| row.gain_db != 0.0) {
        panels.push(Panel::new("gain control", "dB").line("gain", over(&|row| row.gain_db)));
    }
    if shows(&|row| row.voice_probability > 0.0) {
        panels.push(Panel::new("voice", "probability").line("probability", over(&|row| row.voice_probability)));
    }
    if shows(&|row| row.echo.is_some()) {
        let erle = Panel::new("echo return loss enhancement", "dB")
            .line("filter", over(&|row| row.echo.map_or(0.0, |echo| echo.erle_linear_db)))
            .line("with suppression", over(&|row| row.echo.map_or(0.0, |echo| echo.erle_db)));
        panels.push(erle);
    }
    Chart { x: "s".into(), panels }
}
