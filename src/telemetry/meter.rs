//! Real-time: stamps between the phases of a tick; only adds and remembers, so that it can stand in any phase.
//!
//! A phase that runs in batches is marked after each batch; its parts add up. In virtual time there is no clock and
//! nothing is measured, unless a test injects what each phase is to have taken.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

use crate::telemetry::histograms::HistogramSet;
use crate::telemetry::measure::{Measure, Phase};
use crate::types::MediaTime;

#[derive(Debug, Clone, Copy)]
enum Source {
    Clock(fn() -> MediaTime),
    Injected([u64; Phase::COUNT]),
    Off,
}

/// Measures the phases of each tick. Real-time safe.
#[derive(Debug, Clone)]
pub struct PhaseMeter {
    source: Source,
    began: MediaTime,
    last: MediaTime,
    spent_ns: [u64; Phase::COUNT],
}

impl PhaseMeter {
    const fn with(source: Source) -> Self {
        Self { source, began: MediaTime::ZERO, last: MediaTime::ZERO, spent_ns: [0; Phase::COUNT] }
    }

    /// Reads `clock` at each mark; the system's monotonic clock on a media thread.
    pub const fn clocked(clock: fn() -> MediaTime) -> Self {
        Self::with(Source::Clock(clock))
    }

    /// Measures nothing: virtual time.
    pub const fn off() -> Self {
        Self::with(Source::Off)
    }

    /// Reports these times in ns for the phases of every tick, whatever they took: virtual time under a chosen load.
    pub const fn injected(phases_ns: [u64; Phase::COUNT]) -> Self {
        Self::with(Source::Injected(phases_ns))
    }

    /// Whether it tells what ticks take.
    pub const fn measures(&self) -> bool {
        !matches!(self.source, Source::Off)
    }

    /// A tick begins, at its wake-up.
    pub const fn begin(&mut self, awake: MediaTime) {
        self.began = awake;
        self.last = awake;
        self.spent_ns = [0; Phase::COUNT];
    }

    /// What was done since the last mark belongs to `phase`.
    pub fn mark(&mut self, phase: Phase) {
        if let Source::Clock(clock) = self.source {
            let now = clock();
            self.spent_ns[phase.index()] += now.nanos_since(self.last);
            self.last = now;
        }
    }

    /// The tick is over: records its work and phases, and returns when it was finished.
    pub fn finish(&mut self, histograms: &mut HistogramSet) -> MediaTime {
        let work_ns = match self.source {
            Source::Off => return self.began,
            Source::Clock(_) => self.last.nanos_since(self.began),
            Source::Injected(phases_ns) => {
                self.spent_ns = phases_ns;
                phases_ns.iter().fold(0, |sum: u64, &ns| sum.saturating_add(ns))
            }
        };
        histograms.record(Measure::TickWork, work_ns);
        for phase in Phase::ALL {
            histograms.record(Measure::Phase(phase), self.spent_ns[phase.index()]);
        }
        MediaTime::from_nanos(self.began.as_nanos().saturating_add(work_ns))
    }

    /// What each phase of the last tick took, in ns.
    pub const fn phases_ns(&self) -> &[u64; Phase::COUNT] {
        &self.spent_ns
    }
}

#[cfg(test)]
mod tests;
