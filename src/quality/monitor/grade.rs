//! Control: when a call counts as bad, and as good again.

use super::metrics::QualityMetrics;
use crate::types::setters;

/// What can be wrong.
///
/// Example: [`QualityThresholds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QualityAspect {
    /// MOS-CQ is low.
    Mos,
    /// Packets do not come, or are thrown away.
    Loss,
    /// Packets come unevenly.
    Jitter,
    /// The round trip is long.
    RoundTrip,
    /// The peer reports loss of what we send.
    RemoteLoss,
}

impl QualityAspect {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Mos, Self::Loss, Self::Jitter, Self::RoundTrip, Self::RemoteLoss];
}

/// A call got worse, or better again.
///
/// Example: [`QualityThresholds`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QualityAlert {
    /// In what.
    pub aspect: QualityAspect,
    /// It is bad from now on; else it is good again.
    pub raised: bool,
    /// The value that it has: MOS, a share, ms; the last that it had where nothing has been known for six intervals.
    pub value: f64,
}

/// From where on a call counts as bad. It does after two intervals in a row beyond a threshold, and as good again after two
/// that are better than it by a fifth (MOS: by 0.2).
///
/// ```
/// use media_core::quality::{QualityAspect, QualityMonitor, QualitySample, QualityThresholds};
/// use std::time::Duration;
///
/// let mut monitor = QualityMonitor::new(QualityThresholds::default().loss(0.03));
/// let mut sample = QualitySample::new(Duration::ZERO, "PCMU");
/// let mut told = Vec::new();
/// for interval in 0..4 {
///     told.extend(monitor.add(sample));
///     sample.at += Duration::from_secs(5);
///     (sample.received, sample.lost) = (sample.received + 240, sample.lost + 10);
/// }
/// assert_eq!((told.len(), told[0].aspect, told[0].raised), (1, QualityAspect::Loss, true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QualityThresholds {
    /// MOS-CQ below this. Default 3.6: many users are dissatisfied (G.107 Annex B, R = 70).
    pub mos: f64,
    /// A greater share of packets lost or thrown away than this, 0.0..=1.0. Default 0.05.
    pub loss: f64,
    /// More jitter than this, ms. Default 50.
    pub jitter_ms: f64,
    /// A longer round trip than this, ms. Default 400: twice the 200 ms of ITU-T G.114 within which most are satisfied.
    pub round_trip_ms: f64,
    /// A greater share that the peer lost than this. Default 0.05.
    pub remote_loss: f64,
}

impl Default for QualityThresholds {
    fn default() -> Self {
        Self { mos: 3.6, loss: 0.05, jitter_ms: 50.0, round_trip_ms: 400.0, remote_loss: 0.05 }
    }
}

setters! {
    QualityThresholds { mos: f64, loss: f64, jitter_ms: f64, round_trip_ms: f64, remote_loss: f64 }
}

/// Intervals in a row that make a change.
const IN_A_ROW: u8 = 2;
/// After so many intervals in a row of which nothing is known (hold, no reports) what was bad is told of no longer.
const FORGOTTEN: u8 = 6;
/// What is good again is better than the threshold by this part of it.
const BETTER: f64 = 0.2;

/// What is wrong now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    thresholds: QualityThresholds,
    raised: [bool; 5],
    /// Intervals in a row that say that it is otherwise.
    otherwise: [u8; 5],
    /// Intervals in a row of which nothing is known, and what was known last.
    unknown: [u8; 5],
    known: [f64; 5],
}

impl Watch {
    pub(super) fn new(thresholds: QualityThresholds) -> Self {
        Self { thresholds, raised: [false; 5], otherwise: [0; 5], unknown: [0; 5], known: [0.0; 5] }
    }

    pub(super) fn raised(&self) -> impl Iterator<Item = QualityAspect> + '_ {
        QualityAspect::ALL.into_iter().zip(self.raised).filter_map(|(aspect, raised)| raised.then_some(aspect))
    }

    pub(super) fn flags(&self) -> [bool; 5] {
        self.raised
    }

    /// Looks at an interval; what changed.
    pub(super) fn look(&mut self, metrics: &QualityMetrics) -> Vec<QualityAlert> {
        let mut told = Vec::new();
        for (place, aspect) in QualityAspect::ALL.into_iter().enumerate() {
            let raised = self.raised[place];
            let Some((value, limit)) = self.value(aspect, metrics) else {
                self.unknown[place] = self.unknown[place].saturating_add(1);
                if raised && self.unknown[place] >= FORGOTTEN {
                    (self.raised[place], self.otherwise[place]) = (false, 0);
                    told.push(QualityAlert { aspect, raised: false, value: self.known[place] });
                }
                continue;
            };
            (self.unknown[place], self.known[place]) = (0, value);
            let otherwise = match (aspect, raised) {
                (QualityAspect::Mos, false) => value < limit,
                (QualityAspect::Mos, true) => value >= limit + BETTER,
                (_, false) => value > limit,
                (_, true) => value <= limit * (1.0 - BETTER),
            };
            self.otherwise[place] = if otherwise { self.otherwise[place] + 1 } else { 0 };
            if self.otherwise[place] >= IN_A_ROW {
                (self.raised[place], self.otherwise[place]) = (!raised, 0);
                told.push(QualityAlert { aspect, raised: !raised, value });
            }
        }
        told
    }

    fn value(&self, aspect: QualityAspect, metrics: &QualityMetrics) -> Option<(f64, f64)> {
        let limits = &self.thresholds;
        let came = metrics.received + metrics.lost > 0;
        match aspect {
            QualityAspect::Mos => metrics.mos_cq.map(|mos| (mos, limits.mos)),
            QualityAspect::Loss => came.then_some((metrics.loss + metrics.discard, limits.loss)),
            QualityAspect::Jitter => came.then_some((metrics.jitter_ms, limits.jitter_ms)),
            QualityAspect::RoundTrip => metrics.round_trip_ms.map(|ms| (ms, limits.round_trip_ms)),
            QualityAspect::RemoteLoss => metrics.remote.map(|remote| (remote.loss, limits.remote_loss)),
        }
    }
}
