//! Control: the quality of one call, interval by interval and as a whole, and what is told when it gets worse.
//!
//! Pure: the supervisor (or a tool) brings [`QualitySample`]s, counters as they stand; the monitor takes differences, so that
//! loss that has ended is over in the next interval, and rates them by the E-model with loss *and* delay.

mod grade;
mod metrics;
mod sample;

pub use grade::{QualityAlert, QualityAspect, QualityThresholds};
pub use metrics::QualityMetrics;
pub use sample::{QualitySample, RemoteQuality, TransportCounts};

use grade::Watch;
use std::collections::VecDeque;
use std::time::Duration;

/// The quality of one call. From [`MediaSessionHandle::quality`](crate::MediaSessionHandle::quality).
///
/// Example: [`QualityMonitor`].
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct QualityReport {
    /// The last interval that is over; `None`: none is yet.
    pub last: Option<QualityMetrics>,
    /// The whole call until then.
    pub overall: Option<QualityMetrics>,
    /// The intervals, the oldest first; the newest 32 are kept.
    pub history: Vec<QualityMetrics>,
    /// What is wrong now.
    pub alerts: Vec<QualityAspect>,
}

/// Intervals that are kept.
const KEPT: usize = 32;

/// Follows the quality of one call.
///
/// ```
/// use media_core::quality::{QualityMonitor, QualitySample, QualityThresholds};
/// use std::time::Duration;
///
/// let mut monitor = QualityMonitor::new(QualityThresholds::default());
/// let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
/// monitor.add(sample);
/// // Five seconds in which one packet of ten was lost.
/// (sample.at, sample.received, sample.lost) = (Duration::from_secs(5), 225, 25);
/// monitor.add(sample);
/// let last = monitor.report().last.unwrap();
/// assert_eq!((last.loss, last.mos_cq.unwrap() < 4.0), (0.1, true));
/// // And five more without loss: it is over.
/// (sample.at, sample.received) = (Duration::from_secs(10), 475);
/// monitor.add(sample);
/// let report = monitor.report();
/// assert_eq!((report.last.unwrap().loss, report.overall.unwrap().loss), (0.0, 0.05));
/// ```
#[derive(Debug, Clone)]
pub struct QualityMonitor {
    first: Option<QualitySample>,
    last: Option<QualitySample>,
    history: VecDeque<QualityMetrics>,
    overall: Option<QualityMetrics>,
    /// For how long there was a score, and a round trip.
    rated: Duration,
    tripped: Duration,
    watch: Watch,
}

impl QualityMonitor {
    /// Nothing is known yet.
    pub fn new(thresholds: QualityThresholds) -> Self {
        Self {
            first: None,
            last: None,
            history: VecDeque::new(),
            overall: None,
            rated: Duration::ZERO,
            tripped: Duration::ZERO,
            watch: Watch::new(thresholds),
        }
    }

    /// The call begins then, with nothing counted: the first interval is from there.
    pub(crate) fn begun(mut self, at: Duration) -> Self {
        self.add(QualitySample::new(at, ""));
        self
    }

    /// An interval is over: counters as they stand now. What changed for the worse or the better comes back.
    pub fn add(&mut self, sample: QualitySample) -> Vec<QualityAlert> {
        let Some(before) = self.last.replace(sample) else {
            self.first = Some(sample);
            return Vec::new();
        };
        let metrics = QualityMetrics::between(&before, &sample);
        if let Some(first) = &self.first {
            let whole = QualityMetrics::between(first, &sample);
            let of = |known: bool| if known { metrics.length } else { Duration::ZERO };
            self.rated += of(metrics.r.is_some());
            self.tripped += of(metrics.round_trip_ms.is_some());
            self.overall = Some(whole.with_means_of(self.overall.as_ref(), &metrics, (self.rated, self.tripped)));
        }
        if self.history.len() == KEPT {
            self.history.pop_front();
        }
        self.history.push_back(metrics);
        self.watch.look(&metrics)
    }

    /// The last interval that is over.
    pub fn last(&self) -> Option<&QualityMetrics> {
        self.history.back()
    }

    /// Whether it is bad now, in each of [`QualityAspect::ALL`].
    pub(crate) fn raised(&self) -> [bool; QualityAspect::ALL.len()] {
        self.watch.flags()
    }

    /// What is known.
    pub fn report(&self) -> QualityReport {
        QualityReport {
            last: self.last().copied(),
            overall: self.overall,
            history: self.history.iter().copied().collect(),
            alerts: self.watch.raised().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
