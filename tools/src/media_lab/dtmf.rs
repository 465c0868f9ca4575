//! Control: `media-lab dtmf`: the digits in a file.

use super::blocks;
use super::conformance::raw;
use super::progress::Progress;
use super::wav;
use crate::cli::Command;
use crate::cli::files::{self, Files};
use crate::cli::report::Report;
use anyhow::{Result, bail, ensure};
use media_core::processing::audio::tone::{DtmfDetector, DtmfParams, Tone, ToneDetector, ToneEvent};
use media_core::types::SampleRate;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What `dtmf` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab dtmf call.wav digits.csv
  media-lab dtmf --json call.wav
  media-lab dtmf --raw call.s16

The CSV has a row `digit,start_ms,end_ms` for each digit. With --raw the digits are printed in one line.")]
pub struct Args {
    /// The sound file to read: mono, 8, 16, 24, 32 or 48 kHz; with --raw 16-bit little-endian samples at 8 kHz.
    pub input: PathBuf,
    /// The CSV file to write; needed unless --raw or --json.
    pub output: Option<PathBuf>,
    /// INPUT has no header: 16-bit little-endian samples at 8 kHz.
    #[arg(long)]
    pub raw: bool,
    /// Least level of either tone, -60 to 0.
    #[arg(long, value_name = "DBM0", default_value_t = DtmfParams::default().least_dbm0, allow_negative_numbers = true)]
    pub least_dbm0: f32,
    /// Print one JSON object.
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
    let size = rate.block_samples();
    let mut progress = Progress::new("listening", pcm.len());
    // A little silence after the end lets the last digit end.
    for n in 0..pcm.len().div_ceil(size) + 10 {
        match detector.process(&blocks::block(pcm, n * size, size))? {
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
        progress.at(n * size);
    }
    Ok(found)
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(self.output.as_ref())
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let (pcm, rate) = if args.raw {
        let octets = raw::read(&args.input)?;
        ensure!(!octets.is_empty(), "{}: is empty", args.input.display());
        let samples = octets.as_chunks().0.iter().map(|&s| f32::from(i16::from_le_bytes(s)) / 32_768.0);
        (samples.collect(), SampleRate::Hz8000)
    } else {
        wav::read_mono(&args.input)?
    };
    let params = DtmfParams::default().least_dbm0(args.least_dbm0);
    let found = digits(&pcm, rate, params)?;
    let text: String = found.iter().map(|d| d.digit).collect();
    match &args.output {
        Some(path) => {
            let mut table = String::from("digit,start_ms,end_ms\n");
            for d in &found {
                writeln!(table, "{},{},{}", d.digit, d.start_ms, d.end_ms)?;
            }
            files::write(path, table)?;
        }
        None if !(args.raw || args.json) => {
            bail!("OUTPUT is missing: name a CSV file to write, or give --raw or --json")
        }
        None => {}
    }
    if args.raw && !args.json {
        println!("{text}");
        return Ok(());
    }
    Report::on(&args.files())
        .with("digits", text)
        .with("count", found.len())
        .with("duration_s", pcm.len() as f64 / f64::from(rate.hz()))
        .print(args.json);
    Ok(())
}
