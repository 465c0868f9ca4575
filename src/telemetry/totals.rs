//! Control: the histograms of one worker, added up: since the start, and over the last seconds.

use hdrhistogram::Histogram;

use crate::telemetry::histograms::{HistogramSet, fixed};
use crate::telemetry::measure::Measure;

/// Sets after which the recent window moves on; it covers between this many and twice as many.
pub const RECENT_SETS: u32 = 5;

/// 64-bit histograms of the same bounds, one for each measure.
type Sums = [Histogram<u64>; Measure::COUNT];

/// What one worker's sets add up to. Takes one set a second, so that *recent* is the last 5 to 10 s.
#[derive(Debug, Clone)]
pub struct Totals {
    total: Sums,
    older: Sums,
    newer: Sums,
    in_newer: u32,
}

fn sums() -> Sums {
    std::array::from_fn(|_| fixed())
}

/// Adds `from` to `to`, which has the same bounds.
pub(crate) fn add(from: &Histogram<u32>, to: &mut Histogram<u64>) {
    for step in from.iter_recorded() {
        to.saturating_record_n(step.value_iterated_to(), u64::from(step.count_at_value()));
    }
}

impl Totals {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { total: sums(), older: sums(), newer: sums(), in_newer: 0 }
    }

    /// Adds a set that came home from the worker.
    pub fn add(&mut self, set: &HistogramSet) {
        if self.in_newer == RECENT_SETS {
            std::mem::swap(&mut self.older, &mut self.newer);
            self.newer.iter_mut().for_each(Histogram::reset);
            self.in_newer = 0;
        }
        self.in_newer += 1;
        for measure in Measure::ALL {
            let from = set.get(measure);
            add(from, &mut self.total[measure.index()]);
            add(from, &mut self.newer[measure.index()]);
        }
    }

    /// Adds a set to the last one: measures of the same second from another thread.
    pub fn add_further(&mut self, set: &HistogramSet) {
        for measure in Measure::ALL {
            let from = set.get(measure);
            add(from, &mut self.total[measure.index()]);
            add(from, &mut self.newer[measure.index()]);
        }
    }

    /// One measure since the start.
    pub fn total(&self, measure: Measure) -> &Histogram<u64> {
        &self.total[measure.index()]
    }

    /// All measures since the start, by [`Measure::index`].
    pub fn all(&self) -> &[Histogram<u64>] {
        &self.total
    }

    /// One measure over the last 5 to 10 sets.
    pub fn recent(&self, measure: Measure) -> Histogram<u64> {
        let mut recent = self.older[measure.index()].clone();
        // Both have the same bounds, so nothing can be out of range.
        let _ = recent.add(&self.newer[measure.index()]);
        recent
    }
}

impl Default for Totals {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
