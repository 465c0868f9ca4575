//! Pure: how a run differs from itself: its figures in ten stretches of time, their middle and their spread.
//!
//! Two runs on the same machine never agree; what one run says of its own unrest is the yardstick for the difference
//! between two. Middle and spread are the median and the quartiles' distance, so that a hiccup in one stretch moves
//! neither.

use anyhow::Result;
use hdrhistogram::Histogram;
use media_core::telemetry::interval_log::Interval;
use serde::Serialize;

use super::log::Series;

/// How many stretches a run is cut into.
pub const STRETCHES: usize = 10;
/// A stretch must have so many values for its 99.9th percentile to mean something.
const VALUES_FOR_P999: u64 = 2_000;

/// A figure of a histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Mean of the values between the 5th and the 95th percentile.
    Typical,
    /// 99th percentile.
    P99,
    /// 99.9th percentile.
    P999,
}

impl Figure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Typical, Self::P99, Self::P999];

    /// As tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Typical => "typical",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
        }
    }

    /// Of one histogram, in ns; `None` if it has too few values.
    pub fn of(self, histogram: &Histogram<u64>) -> Option<f64> {
        match self {
            _ if histogram.is_empty() => None,
            Self::Typical => Some(typical(histogram)),
            Self::P99 => Some(quantile(histogram, 0.99)),
            Self::P999 => (histogram.len() >= VALUES_FOR_P999).then(|| quantile(histogram, 0.999)),
        }
    }
}

/// A quantile, spread evenly within its bucket: finer than the buckets where several are filled.
pub fn quantile(histogram: &Histogram<u64>, quantile: f64) -> f64 {
    let rank = quantile * histogram.len() as f64;
    let mut below = 0.0;
    for step in histogram.iter_recorded() {
        let count = step.count_at_value() as f64;
        if below + count >= rank {
            let low = histogram.lowest_equivalent(step.value_iterated_to()) as f64;
            let width = histogram.equivalent_range(step.value_iterated_to()) as f64;
            return low + width * (rank - below) / count;
        }
        below += count;
    }
    histogram.max() as f64
}

fn typical(histogram: &Histogram<u64>) -> f64 {
    let (from, to) = (0.05 * histogram.len() as f64, 0.95 * histogram.len() as f64);
    let (mut below, mut sum) = (0.0, 0.0);
    for step in histogram.iter_recorded() {
        let above = below + step.count_at_value() as f64;
        let kept = (above.min(to) - f64::max(below, from)).max(0.0);
        sum += kept * histogram.median_equivalent(step.value_iterated_to()) as f64;
        below = above;
    }
    sum / (to - from)
}

/// Middle and spread of one figure over the stretches of a run, in ns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Median of the stretches.
    pub middle: f64,
    /// Standard deviation of the stretches, told from their quartiles.
    pub deviation: f64,
}

/// The ten stretches of a run, each added up; `None` if the run has fewer intervals than that.
///
/// # Errors
/// Histograms of the series cannot be added: the log is damaged.
pub fn stretches(series: &Series) -> Result<Option<Vec<Histogram<u64>>>> {
    let count = series.intervals.len();
    if count < STRETCHES {
        return Ok(None);
    }
    let cut = |n: usize| n * count / STRETCHES;
    let stretch = |n: usize| -> &[Interval] { &series.intervals[cut(n)..cut(n + 1)] };
    let sum = |n| Series { tag: series.tag.clone(), intervals: stretch(n).to_vec() }.sum();
    (0..STRETCHES).map(sum).collect::<Result<Vec<_>>>().map(Some)
}

/// One figure over the stretches; `None` if a stretch has too few values.
pub fn spread(stretches: &[Histogram<u64>], figure: Figure) -> Option<Spread> {
    let mut values = stretches.iter().map(|stretch| figure.of(stretch)).collect::<Option<Vec<_>>>()?;
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
        low + (high - low) * place.fract()
    };
    // The quartiles of a normal distribution are 1.349 deviations apart.
    Some(Spread { middle: at(0.5), deviation: (at(0.75) - at(0.25)) / 1.349 })
}
