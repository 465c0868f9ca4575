//! Control: `plot`: interval logs as one picture: percentile curves above, time lines below.

use std::path::PathBuf;

use anyhow::{Result, anyhow, ensure};
use clap::Args;

use self::curves::Line;
use super::log::{self, Series};
use crate::cli::files::Files;
use crate::picture;

mod curves;
mod draw;

#[cfg(test)]
mod tests;

/// What `plot` takes.
#[derive(Debug, Args)]
pub struct PlotArgs {
    /// Interval logs; several are drawn over each other.
    #[arg(required = true)]
    pub logs: Vec<PathBuf>,
    /// The picture to write (.svg or .png).
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Histograms to draw: all whose tag contains one of these, separated by commas.
    #[arg(long, value_name = "TAG", value_delimiter = ',', default_values = ["wake_up_lateness", "tick_work"])]
    pub of: Vec<String>,
}

/// As many lines as can be told apart.
const MOST_LINES: usize = 12;

/// Draws the picture.
///
/// # Errors
/// A log cannot be read, none of its tags is asked for, too many are, or the picture cannot be written.
pub fn run(args: &PlotArgs) -> Result<()> {
    args.logs.iter().fold(Files::default(), Files::read).draw(&args.output).check()?;
    picture::write(&args.output, &picture(args)?)
}

/// The picture as SVG.
///
/// # Errors
/// As [`run`].
pub fn picture(args: &PlotArgs) -> Result<String> {
    let mut lines = Vec::new();
    let mut known = Vec::new();
    for path in &args.logs {
        let wanted = |series: &Series| args.of.iter().any(|part| series.tag.contains(part.as_str()));
        let all = log::read(path)?;
        known.extend(all.iter().map(|series| series.tag.clone()));
        for series in all.iter().filter(|series| wanted(series)) {
            let file = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let name = if args.logs.len() > 1 { format!("{file}: {}", series.tag) } else { series.tag.clone() };
            lines.push(Line::of(name, series)?);
        }
    }
    known.sort();
    known.dedup();
    let (asked, known) = (args.of.join(", "), known.join(", "));
    ensure!(!lines.is_empty(), "no histogram is called {asked}; there are {known}");
    let count = lines.len();
    ensure!(count <= MOST_LINES, "{count} lines are too many to tell apart: name fewer with --of; there are {known}");
    let files: Vec<_> = args.logs.iter().map(|log| log.display().to_string()).collect();
    let title = format!("latency-histogram {}: {}", files.join(", "), args.of.join(", "));
    draw::svg(&title, &lines).map_err(|error| anyhow!("drawing failed: {error}"))
}
