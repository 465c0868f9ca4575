//! Control: `record`: a running engine's histograms into an interval log.
//!
//! The engine gives sums since its start; an interval is the difference of two. So nothing is lost when an answer comes
//! late, and several recorders do not disturb each other.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};
use clap::Args;
use hdrhistogram::Histogram;
use media_core::telemetry::interval_log::{self, Interval, IntervalLogWriter};

use super::attach::seconds;
use super::client::StatsClient;

/// What `record` takes.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The engine's stats socket.
    pub socket: PathBuf,
    /// The interval log to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Overwrite the log if it exists.
    #[arg(long)]
    pub force: bool,
    /// How long to record [default: until Ctrl-C or the engine's end]. The log is whole at any time.
    #[arg(long = "seconds", alias = "for", value_name = "SECONDS", value_parser = any_seconds)]
    pub length: Option<Duration>,
    /// Length of an interval, 0.1 to 3600. The engine itself updates its counts once a second.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub every: Duration,
}

fn any_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let seconds = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "must be more than 0".to_owned())
}

/// What the sums were at the last answer.
#[derive(Debug, Default)]
pub struct Differences {
    last: HashMap<String, Histogram<u64>>,
    until: Option<SystemTime>,
}

impl Differences {
    /// The intervals since the last answer; none at the first, or if the engine has counted nothing up since.
    ///
    /// # Errors
    /// A sum shrank: it is not the same engine.
    pub fn take(&mut self, sums: Vec<Interval>) -> Result<Vec<Interval>> {
        let Some(until) = sums.first().map(|sum| sum.start + sum.duration) else { return Ok(Vec::new()) };
        let since = self.until.replace(until);
        let mut intervals = Vec::new();
        for sum in sums {
            let last = self.last.insert(sum.tag.clone(), sum.histogram.clone());
            let Some(since) = since else { continue };
            let mut histogram = sum.histogram;
            if let Some(last) = last {
                histogram.subtract(&last).with_context(|| format!("{}: the sum shrank", sum.tag))?;
            }
            if !histogram.is_empty() {
                let duration = until.duration_since(since).unwrap_or_default();
                intervals.push(Interval { tag: sum.tag, start: since, duration, histogram });
            }
        }
        Ok(intervals)
    }
}

/// Records until the time is over or the engine ends; returns the number of intervals, and tells of it on `notes`:
/// at each if `progress`, and at the end.
///
/// # Errors
/// No engine answers, or the log cannot be written.
pub fn run(args: &RecordArgs, notes: &mut impl Write, progress: bool) -> Result<u64> {
    let mut client = StatsClient::connect(&args.socket)?;
    client.ask(&format!("watch histograms {}", args.every.as_millis()), args.every)?;
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).create_new(!args.force);
    let file = options.open(&args.output).with_context(|| {
        let hint = if args.output.exists() { " (--force overwrites it)" } else { "" };
        format!("cannot write {}{hint}", args.output.display())
    })?;
    let began = Instant::now();
    let (mut differences, mut written) = (Differences::default(), 0u64);
    // Begun with the first interval: no time in a log can be before the log's own.
    let (mut file, mut log) = (Some(BufWriter::new(file)), None);
    while let Some(answer) = client.block()? {
        let intervals = differences.take(interval_log::read(&answer)?)?;
        if let Some(first) = intervals.first()
            && let Some(file) = file.take()
        {
            log = Some(IntervalLogWriter::begin(file, first.start)?);
        }
        if let Some(log) = &mut log {
            for Interval { tag, start, duration, histogram } in &intervals {
                log.write_one(tag, *start, *duration, histogram)?;
            }
            log.flush()?;
        }
        written += u64::from(!intervals.is_empty());
        if progress {
            write!(notes, "\r{written} intervals in {:.0} s ", began.elapsed().as_secs_f64())?;
            notes.flush()?;
        }
        if args.length.is_some_and(|length| began.elapsed() >= length) {
            break;
        }
    }
    writeln!(notes, "{}{written} intervals in {}", if progress { "\r" } else { "" }, args.output.display())?;
    Ok(written)
}
