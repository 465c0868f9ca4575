//! Real-time: the histograms of one media thread, of fixed size, into which it records without allocating.
//!
//! Plain `hdrhistogram::Histogram<u32>` of two significant digits: some 11 KiB each, where three digits of u64 would
//! touch over ten times the memory. Built and read by the control side, handed over and sent home whole.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

use std::hint::black_box;

use hdrhistogram::Histogram;

use crate::telemetry::measure::Measure;

/// The finest step that is told apart, in ns.
pub const LOWEST_NS: u64 = 100;
/// The longest that is told apart, in ns: 10 s. What is longer counts as this long.
pub const HIGHEST_NS: u64 = 10_000_000_000;
/// Significant digits: a value is off by 1 % at most.
pub const DIGITS: u8 = 2;

/// A histogram with the bounds of all of ours.
pub(crate) fn fixed<T: hdrhistogram::Counter>() -> Histogram<T> {
    Histogram::new_with_bounds(LOWEST_NS, HIGHEST_NS, DIGITS).expect("the bounds are constant and valid")
}

/// One histogram for each [`Measure`]; some 120 KiB.
#[derive(Debug, Clone)]
pub struct HistogramSet {
    histograms: [Histogram<u32>; Measure::COUNT],
}

impl HistogramSet {
    /// Empty, every page of it touched. Control side: allocates.
    pub fn new() -> Self {
        let mut set = Self { histograms: std::array::from_fn(|_| fixed()) };
        // Zeroed memory comes untouched from the system; black_box keeps the writes from being optimized away.
        black_box(&mut set).reset();
        set
    }

    /// Records a value in ns, clamped to the bounds; counts stop at their highest. Real-time safe.
    pub fn record(&mut self, measure: Measure, ns: u64) {
        self.histograms[measure.index()].saturating_record(ns);
    }

    /// The histogram of one measure.
    pub fn get(&self, measure: Measure) -> &Histogram<u32> {
        &self.histograms[measure.index()]
    }

    /// Empties all of them. Does not allocate or free, but writes to all 120 KiB: the control side's to do.
    pub fn reset(&mut self) {
        for histogram in &mut self.histograms {
            histogram.reset();
        }
    }
}

impl Default for HistogramSet {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
