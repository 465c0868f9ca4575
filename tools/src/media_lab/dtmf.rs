//! Control: `media-lab dtmf`: the digits in a file.

use super::conformance::raw;
use super::progress::Progress;
use super::wav;
use crate::files::Files;
use anyhow::{Context, Result, bail};
use media_core::processing::audio::tone::{DtmfDetector, DtmfParams, Tone, ToneDetector, ToneEvent};
use media_core::types::SampleRate;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// What `dtmf` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab dtmf call.wav digits.csv
  media-lab dtmf call.wav --json
  media-lab dtmf --raw call.s16                     8 kHz without a header")]
pub struct Args {
    /// The WAV file to read (mono), or with --raw 16-bit little-endian samples at 8 kHz.
    pub input: PathBuf,
    /// The CSV file to write: `digit,start_ms,end_ms`, a line a digit.
    pub output: Option<PathBuf>,
    /// The input has no header: 16-bit samples at 8 kHz. The digits are printed in one line.
    #[arg(long)]
    pub raw: bool,
    /// The faintest level of either tone that counts.
    #[arg(long, value_name = "DBM0", default_value_t = DtmfParams::default().least_dbm0, allow_negative_numbers = true)]
    pub least_dbm0: f32,
    /// One JSON object: the digits and how long was listened.
    #[arg(long)]
    pub json: bool,
}

/// A digit that was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Digit {
    /// As ASCII.
    pub digit: char,
    /// When it began.
    pub start_ms: i64,
    /// When it ended.
    pub end_ms: i64,
}

/// The digits in `pcm`.
///
/// # Errors
/// The parameters are out of range.
pub fn digits(pcm: &[f32], rate: SampleRate, params: DtmfParams) -> Result<Vec<Digit>> {
    let mut detector = DtmfDetector::new(rate, params)?;
    let mut found: Vec<Digit> = Vec::new();
    let mut block = vec![0.0; rate.block_samples()];
    let mut progress = Progress::new("listening", pcm.len());
    // A little silence after the end lets the last digit end.
    for n in 0..pcm.len().div_ceil(block.len()) + 10 {
        let piece = pcm.get(n * block.len()..).unwrap_or_default();
        let piece = &piece[..piece.len().min(block.len())];
        block[..piece.len()].copy_from_slice(piece);
        block[piece.len()..].fill(0.0);
        match detector.process(&block)? {
            Some(ToneEvent::Begin { tone: Tone::Dtmf(digit), ago_ms }) => {
                let start_ms = (n as i64 + 1) * 10 - i64::from(ago_ms);
                found.push(Digit { digit: digit.into(), start_ms, end_ms: start_ms });
            }
            Some(ToneEvent::End { duration_ms, .. }) => {
                if let Some(last) = found.last_mut() {
                    last.end_ms = last.start_ms + i64::from(duration_ms);
                }
            }
            _ => {}
        }
        progress.at(n * block.len());
    }
    Ok(found)
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(self.output.as_ref())
    }
}

/// Runs the command.
///
/// # Errors
/// Files, or a rate that is not possible.
pub fn run(args: &Args) -> Result<()> {
    let (pcm, rate) = if args.raw {
        let octets = raw::read(&args.input)?;
        let samples = octets.as_chunks().0.iter().map(|&s| f32::from(i16::from_le_bytes(s)) / 32_768.0);
        (samples.collect(), SampleRate::Hz8000)
    } else {
        wav::read_mono(&args.input)?
    };
    let params = DtmfParams { least_dbm0: args.least_dbm0, ..DtmfParams::default() };
    let found = digits(&pcm, rate, params)?;
    let text: String = found.iter().map(|d| d.digit).collect();
    match &args.output {
        Some(path) => {
            let mut table = String::from("digit,start_ms,end_ms\n");
            for d in &found {
                writeln!(table, "{},{},{}", d.digit, d.start_ms, d.end_ms)?;
            }
            fs::write(path, table).with_context(|| format!("cannot write {}", path.display()))?;
        }
        None if !(args.raw || args.json) => bail!("name a CSV file to write, or --raw or --json"),
        None => {}
    }
    if args.json {
        let seconds = pcm.len() as f64 / f64::from(rate.hz());
        println!("{}", serde_json::json!({ "digits": text, "count": found.len(), "seconds": seconds }));
    } else if args.raw {
        println!("{text}");
    }
    Ok(())
}
