//! Control: what the engine tells of itself at one moment: plain data, filled by the supervisor, read by anyone.
//!
//! [`Display`](std::fmt::Display) is a table for people, [`Snapshot::to_json`] one line for machines. Readers take any
//! field that they do not know as absent and any that is missing as zero.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::{Counter, Histogram};
use serde::{Deserialize, Serialize};

use crate::rt::load::Load;
use crate::rt::os::Privileges;
use crate::rt::os::steal::CoreUse;
use crate::rt::os::usage::ThreadUsage;
use crate::rt::xrun::Xruns;
use crate::telemetry::interval_log::{IntervalLogWriter, tag_of};
use crate::telemetry::legs::LegRow;
use crate::telemetry::measure::Measure;
use crate::telemetry::totals::Totals;
use crate::types::WorkerId;

mod table;

pub use table::{Nanos, Table, Window};

/// The whole engine.
///
/// From [`MediaHandle::snapshot`](crate::MediaHandle::snapshot), renewed once a second.
///
/// ```
/// use media_core::telemetry::Window;
/// use media_core::{MediaEngineConfig, Snapshot, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(2), 1)?;
/// engine.run_for(Duration::from_secs(3));
/// let snapshot = engine.handle().snapshot();
/// assert_eq!((snapshot.workers.len(), snapshot.workers[1].period_ms), (2, 10));
/// let work = snapshot.workers[0].total.iter().find(|histogram| histogram.name == "tick_work").unwrap();
/// assert!(work.p50_ns <= work.max_ns);
/// println!("{}", snapshot.table(Window::Recent));
/// assert_eq!(Snapshot::from_json(&snapshot.to_json()).unwrap().workers[0].ticks, snapshot.workers[0].ticks);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Snapshot {
    /// When it was taken: ms since 1970 by the wall clock.
    pub taken_unix_ms: u64,
    /// Since the start of the engine, in ms.
    pub uptime_ms: u64,
    /// The process.
    pub pid: u32,
    /// Live sessions.
    pub sessions: u32,
    /// Live conferences.
    pub conferences: u32,
    /// Steps of quality shed at present by the worker that sheds most, 0 = none.
    pub shed_level: u8,
    /// One for each media thread, by number.
    pub workers: Vec<WorkerSnapshot>,
    /// Each core of the machine over the last interval.
    pub cores: Vec<CoreUse>,
    /// The busiest legs and the worst, some of each [`LegOrder`](crate::telemetry::legs::LegOrder), by session number.
    pub legs: Vec<LegRow>,
    /// Time stolen by the hypervisor since the start, all cores, in ms.
    pub stolen_ms: u64,
    /// Single figures, named as paths: `/worker/0/late_ticks`.
    pub gauges: BTreeMap<String, i64>,
}

/// One media thread.
///
/// Example: [`Snapshot`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct WorkerSnapshot {
    /// Its number.
    pub worker: u8,
    /// The core that it is configured to run on.
    pub core: Option<usize>,
    /// The length of a tick in ms.
    pub period_ms: u32,
    /// Ticks run.
    pub ticks: u64,
    /// Legs it plays.
    pub legs: u32,
    /// Work as a share of the period.
    pub load: Load,
    /// Late ticks.
    pub xruns: Xruns,
    /// Steps of quality shed at present, 0 = none; in the order of [`ShedStep`](crate::rt::shed::ShedStep).
    pub shed_level: u8,
    /// How often its deadlines began anew after a pause of the machine.
    pub pauses: u64,
    /// What it got from the system.
    pub privileges: Privileges,
    /// What the kernel says of its thread.
    pub usage: ThreadUsage,
    /// Histograms since the start.
    pub total: Vec<Percentiles>,
    /// Histograms over the last 5 to 10 s.
    pub recent: Vec<Percentiles>,
    /// The whole histograms since the start, by [`Measure::index`]; not part of the JSON.
    #[serde(skip)]
    pub sums: Vec<Histogram<u64>>,
}

impl WorkerSnapshot {
    /// Fills in the histograms: both windows in short, and the whole of them since the start.
    #[doc(hidden)]
    pub fn set_histograms(&mut self, totals: &Totals) {
        let of = |histogram: &Histogram<u64>, measure: Measure| Percentiles::of(measure.name(), histogram);
        self.total = Measure::ALL.map(|measure| of(totals.total(measure), measure)).into();
        self.recent = Measure::ALL.map(|measure| of(&totals.recent(measure), measure)).into();
        self.sums = totals.all().to_vec();
    }
}

/// One histogram in short, in ns. All zero if nothing was recorded.
///
/// Example: [`Snapshot`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Percentiles {
    /// The measure's name.
    pub name: String,
    /// Values recorded.
    pub count: u64,
    /// Their mean.
    pub mean_ns: f64,
    /// Half of them are at most this.
    pub p50_ns: u64,
    /// 90 %.
    pub p90_ns: u64,
    /// 99 %.
    pub p99_ns: u64,
    /// 99.9 %.
    pub p999_ns: u64,
    /// The greatest.
    pub max_ns: u64,
}

impl Percentiles {
    /// Of a histogram of ns.
    pub fn of<T: Counter>(name: &str, histogram: &Histogram<T>) -> Self {
        let name = name.to_owned();
        if histogram.is_empty() {
            return Self { name, ..Self::default() };
        }
        // A value stands for the whole of its bucket; none is greater than the greatest.
        let at = |quantile| histogram.value_at_quantile(quantile).min(histogram.max());
        Self {
            name,
            count: histogram.len(),
            mean_ns: histogram.mean(),
            p50_ns: at(0.5),
            p90_ns: at(0.9),
            p99_ns: at(0.99),
            p999_ns: at(0.999),
            max_ns: histogram.max(),
        }
    }
}

impl Snapshot {
    /// One line of JSON, without the line end.
    pub fn to_json(&self) -> String {
        // Cannot fail: plain data with string keys.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From [`to_json`](Self::to_json).
    ///
    /// # Errors
    /// Not the JSON of a snapshot.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// All histograms since the start as an HdrHistogram interval log of one interval.
    pub fn to_interval_log(&self) -> Vec<u8> {
        let uptime = Duration::from_millis(self.uptime_ms);
        let start = UNIX_EPOCH + Duration::from_millis(self.taken_unix_ms).saturating_sub(uptime);
        let mut octets = Vec::new();
        // Writing to memory does not fail.
        if let Ok(mut log) = IntervalLogWriter::begin(&mut octets, start) {
            for worker in &self.workers {
                for (measure, sum) in Measure::ALL.into_iter().zip(&worker.sums).filter(|(_, sum)| !sum.is_empty()) {
                    let _ = log.write_one(&tag_of(WorkerId(worker.worker), measure), start, uptime, sum);
                }
            }
        }
        octets
    }

    /// As a table of the histograms of one window.
    pub const fn table(&self, window: Window) -> Table<'_> {
        Table { snapshot: self, window }
    }
}

#[cfg(test)]
mod tests;
