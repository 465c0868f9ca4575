//! Control: `report`: what an interval log says, all intervals added up.

use std::io::Write;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use anyhow::Result;
use clap::Args;
use media_core::telemetry::snapshot::{Nanos, Percentiles};
use serde::Serialize;

use super::log::{self, Series};

/// What `report` takes.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// An interval log, written by an engine, by `record`, or by any HdrHistogram library that counts ns.
    pub log: PathBuf,
    /// Print a JSON list, one object per tag (times in ns).
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    percentiles: Percentiles,
    intervals: usize,
    start_unix_s: f64,
    length_s: f64,
}

impl Row {
    fn of(series: &Series) -> Result<Self> {
        let last = &series.intervals[series.intervals.len() - 1];
        let end = last.start + last.duration;
        Ok(Self {
            percentiles: Percentiles::of(&series.tag, &series.sum()?),
            intervals: series.intervals.len(),
            start_unix_s: series.start().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64(),
            length_s: end.duration_since(series.start()).unwrap_or_default().as_secs_f64(),
        })
    }
}

/// Prints the percentiles of each tag.
///
/// # Errors
/// The log cannot be read, or `out` is closed.
pub fn run(args: &ReportArgs, out: &mut impl Write) -> Result<()> {
    let rows = log::read(&args.log)?.iter().map(Row::of).collect::<Result<Vec<_>>>()?;
    if args.json {
        serde_json::to_writer(&mut *out, &rows)?;
        writeln!(out)?;
        return Ok(());
    }
    let width = rows.iter().map(|row| row.percentiles.name.chars().count()).max().unwrap_or_default();
    writeln!(
        out,
        "{:<width$}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "", "seconds", "count", "p50", "p90", "p99", "p99.9", "max"
    )?;
    for Row { percentiles: row, length_s, .. } in &rows {
        write!(out, "{:<width$}{length_s:>9.1}{:>10}", row.name, row.count)?;
        for ns in [row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.max_ns] {
            write!(out, "{:>10}", Nanos(ns))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
