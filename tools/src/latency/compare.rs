//! Control: `compare`: what is slower or faster in run B than in run A, beyond what the runs differ from themselves.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use hdrhistogram::Histogram;
use media_core::telemetry::snapshot::Nanos;
use serde::Serialize;

use super::log::{self, Key, Series};
use super::stretches::{Figure, STRETCHES, spread, stretches};
use crate::cli::values::within;

/// A difference counts from so many deviations on. With ten stretches of equal runs fewer than 1 in 10,000 figures
/// reaches it by chance.
const DEVIATIONS: f64 = 4.0;

/// What `compare` takes.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The interval log before the change.
    pub a: PathBuf,
    /// The interval log after it.
    pub b: PathBuf,
    /// Also show figures that did not change.
    #[arg(long)]
    pub all: bool,
    /// Print a JSON list, one object per figure (times in ns).
    #[arg(long)]
    pub json: bool,
    /// Least change that counts, as a share of the figure.
    #[arg(long, value_name = "PERCENT", default_value = "1", alias = "ignore-below", value_parser = within(0.0..=1_000.0))]
    pub ignore_below_percent: f64,
    /// Least change that counts: 1 is a ten-thousandth of a 10 ms tick.
    #[arg(long, value_name = "US", default_value = "1", value_parser = within(0.0..=1e6))]
    pub ignore_below_us: f64,
    /// End with exit code 1 if anything is slower.
    #[arg(long)]
    pub check: bool,
}

/// The verdict of `--check`: as many figures are slower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slower(pub usize);

impl std::fmt::Display for Slower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} figures are slower", self.0)
    }
}

impl std::error::Error for Slower {}

/// Which changes are too little to tell of, however certain they are.
#[derive(Debug, Clone, Copy)]
pub struct Ignore {
    /// Of the figure in run A.
    pub percent: f64,
    /// In ns.
    pub ns: f64,
}

impl Default for Ignore {
    fn default() -> Self {
        Self { percent: 1.0, ns: 1_000.0 }
    }
}

/// What became of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within the noise, or too little to tell of.
    Same,
    /// B is beyond the noise above A.
    Slower,
    /// B is beyond the noise below A.
    Faster,
}

/// One figure of one histogram in both runs, in ns.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The histogram's tag.
    pub tag: String,
    /// Which figure.
    pub figure: Figure,
    /// In run A.
    pub a_ns: f64,
    /// In run B.
    pub b_ns: f64,
    /// What a difference must exceed.
    pub noise_ns: f64,
    /// What became of it.
    pub verdict: Verdict,
}

impl Change {
    fn of(tag: &str, figure: Figure, a: &[Histogram<u64>], b: &[Histogram<u64>], ignore: Ignore) -> Option<Self> {
        let (in_a, in_b) = (spread(a, figure)?, spread(b, figure)?);
        let bucket = a[0].equivalent_range(in_a.middle as u64) as f64;
        let noise_ns = (DEVIATIONS * in_a.deviation.max(in_b.deviation))
            .max(in_a.middle * ignore.percent / 100.0)
            .max(ignore.ns)
            .max(if figure == Figure::Typical { bucket / 2.0 } else { bucket });
        let verdict = match in_b.middle - in_a.middle {
            more if more > noise_ns => Verdict::Slower,
            more if more < -noise_ns => Verdict::Faster,
            _ => Verdict::Same,
        };
        Some(Self { tag: tag.to_owned(), figure, a_ns: in_a.middle, b_ns: in_b.middle, noise_ns, verdict })
    }
}

/// All figures that both runs have.
///
/// # Errors
/// The runs share no histogram with ten intervals or more.
pub fn compare(a: &[Series], b: &[Series], ignore: Ignore) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for of_a in a {
        let Some(of_b) = b.iter().find(|series| series.tag == of_a.tag) else { continue };
        let (Some(of_a), Some(of_b), tag) = (stretches(of_a)?, stretches(of_b)?, &of_a.tag) else { continue };
        changes.extend(Figure::ALL.into_iter().filter_map(|figure| Change::of(tag, figure, &of_a, &of_b, ignore)));
    }
    ensure!(!changes.is_empty(), "the logs share no histogram with at least {STRETCHES} intervals: record for longer");
    Ok(changes)
}

/// Compares and prints.
///
/// # Errors
/// A log cannot be read, they cannot be compared, or with `--check` something is slower.
pub fn run(args: &CompareArgs, out: &mut impl Write) -> Result<()> {
    let (a, b) = (log::read(&args.a)?, log::read(&args.b)?);
    let ignore = Ignore { percent: args.ignore_below_percent, ns: args.ignore_below_us * 1e3 };
    let changes = compare(&a, &b, ignore)?;
    if args.json {
        serde_json::to_writer(&mut *out, &changes)?;
        writeln!(out)?;
    } else {
        print(&changes, args.all, out)?;
        for tag in a.iter().chain(&b).map(|series| &series.tag) {
            if !changes.iter().any(|change| change.tag == *tag) {
                writeln!(out, "{tag}: not compared, too few intervals in one of the logs")?;
            }
        }
    }
    let slower = changes.iter().filter(|change| change.verdict == Verdict::Slower).count();
    if args.check && slower > 0 { Err(Slower(slower).into()) } else { Ok(()) }
}

fn print(changes: &[Change], all: bool, out: &mut impl Write) -> Result<()> {
    let shown: Vec<_> = changes.iter().filter(|change| all || change.verdict != Verdict::Same).collect();
    let width = shown.iter().map(|change| change.tag.chars().count()).max().unwrap_or_default();
    if !shown.is_empty() {
        writeln!(out, "{:<width$} {:<8}{:>10}{:>10}{:>11}{:>9}{:>10}", "", "", "A", "B", "change", "", "noise")?;
    }
    for Change { tag, figure, a_ns, b_ns, noise_ns, verdict } in shown {
        let more = b_ns - a_ns;
        let (sign, percent) = (if more < 0.0 { "-" } else { "+" }, more / a_ns.max(1.0) * 100.0);
        let change = format!("{sign}{}", Nanos(more.abs() as u64));
        let [a, b, noise] = [a_ns, b_ns, noise_ns].map(|ns| Nanos(*ns as u64).to_string());
        write!(out, "{tag:<width$} {:<8}{a:>10}{b:>10}{change:>11}{percent:>+7.1} %{noise:>10}", figure.name())?;
        writeln!(
            out,
            "  {}",
            match verdict {
                Verdict::Same => "same",
                Verdict::Slower => "SLOWER",
                Verdict::Faster => "faster",
            }
        )?;
    }
    let count = |verdict| changes.iter().filter(|change| change.verdict == verdict).count();
    let (slower, faster) = (count(Verdict::Slower), count(Verdict::Faster));
    writeln!(out, "{} figures compared: {slower} slower, {faster} faster beyond the noise", changes.len())?;
    let machine = |change: &&Change| {
        change.verdict == Verdict::Slower
            && matches!(Key::of(&change.tag), Key::Worker(_, media_core::telemetry::Measure::WakeUpLateness))
    };
    if changes.iter().any(|change| machine(&change)) {
        writeln!(
            out,
            "wake_up_lateness is the machine's: were both runs made under the same load, with the same privileges?"
        )?;
    }
    Ok(())
}
