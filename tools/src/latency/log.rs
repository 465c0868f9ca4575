//! Control: interval logs as the subcommands use them: one series of intervals for each tag.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use crate::cli::files;
use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;
use media_core::telemetry::Measure;
use media_core::telemetry::interval_log::{self, Interval, parse_tag};

/// The order of tables: our tags by worker and measure, others by name after them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// One of ours.
    Worker(u8, Measure),
    /// Another's.
    Other(String),
}

impl Key {
    /// Of a tag.
    pub fn of(tag: &str) -> Self {
        parse_tag(tag).map_or_else(|| Self::Other(tag.to_owned()), |(worker, measure)| Self::Worker(worker.0, measure))
    }
}

/// All intervals of one tag, in the order of time.
#[derive(Debug, Clone)]
pub struct Series {
    /// The tag.
    pub tag: String,
    /// At least one.
    pub intervals: Vec<Interval>,
}

impl Series {
    /// All intervals added up.
    ///
    /// # Errors
    /// Memory of the histogram would overflow: the log is damaged.
    pub fn sum(&self) -> Result<Histogram<u64>> {
        let mut sum = self.intervals[0].histogram.clone();
        sum.auto(true);
        for interval in &self.intervals[1..] {
            sum.add(&interval.histogram).with_context(|| format!("{}: histograms cannot be added", self.tag))?;
        }
        Ok(sum)
    }

    /// Begin of the first interval.
    pub fn start(&self) -> SystemTime {
        self.intervals[0].start
    }
}

/// Reads a log; series in the order of tables.
///
/// # Errors
/// The file cannot be read, is no interval log, or is empty.
pub fn read(path: &Path) -> Result<Vec<Series>> {
    let octets = files::read(path)?;
    let intervals = interval_log::read(&octets).with_context(|| path.display().to_string())?;
    ensure!(!intervals.is_empty(), "{}: holds no intervals", path.display());
    let mut series = BTreeMap::<Key, Series>::new();
    for interval in intervals {
        let of_tag = series.entry(Key::of(&interval.tag));
        let of_tag = of_tag.or_insert_with(|| Series { tag: interval.tag.clone(), intervals: Vec::new() });
        of_tag.intervals.push(interval);
    }
    let mut series: Vec<_> = series.into_values().collect();
    series.iter_mut().for_each(|series| series.intervals.sort_by_key(|interval| interval.start));
    Ok(series)
}
