//! Pure: one series as the points of its two curves.

use anyhow::Result;

use super::super::log::Series;
use super::super::stretches::quantile;

/// Points of a percentile curve for each power of ten.
const POINTS_PER_DECADE: u32 = 20;
/// More points in a time line than the picture has columns would only blacken it.
const MOST_POINTS: usize = 1000;

/// One series. Values in ns, at least 1.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: String,
    /// Against 1 / (1 - quantile): 10 = 90 %, 1000 = 99.9 %; as far as there are values.
    pub(super) percentiles: Vec<(f64, f64)>,
    /// Median against seconds since the start of the log.
    pub(super) medians: Vec<(f64, f64)>,
    /// The same of the greatest value.
    pub(super) greatest: Vec<(f64, f64)>,
}

impl Line {
    pub(super) fn of(name: String, series: &Series) -> Result<Self> {
        let sum = series.sum()?;
        let decades = (sum.len().max(2) as f64).log10();
        let points = (decades * f64::from(POINTS_PER_DECADE)).ceil() as u32;
        let percentiles = (0..=points).map(|n| {
            let nines = 10f64.powf((f64::from(n) / f64::from(POINTS_PER_DECADE)).min(decades));
            (nines, quantile(&sum, 1.0 - 1.0 / nines).max(1.0))
        });
        let percentiles = percentiles.collect();
        let joined = series.intervals.len().div_ceil(MOST_POINTS);
        let (mut medians, mut greatest) = (Vec::new(), Vec::new());
        for intervals in series.intervals.chunks(joined) {
            let piece = Series { tag: series.tag.clone(), intervals: intervals.to_vec() };
            let at = piece.start().duration_since(series.start()).unwrap_or_default().as_secs_f64();
            let histogram = piece.sum()?;
            medians.push((at, quantile(&histogram, 0.5).max(1.0)));
            greatest.push((at, (histogram.max() as f64).max(1.0)));
        }
        Ok(Self { name, percentiles, medians, greatest })
    }
}
