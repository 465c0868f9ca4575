//! Pure: late ticks, runs of them, with the blame on the machine or on us.
//!
//! Every tick has three times: due, awake, finished. A tick is *late* when it is finished after the next one's deadline.
//! A run of late ticks is **one late run**, however many there are: an operator wants to know that sound broke up once for
//! 80 ms, not that eight ticks were late. *Waiting* (from when the tick could run until it ran) blames the machine,
//! *working* (until it was finished) blames us. Lives on the media thread; what it returns is plain data for an event lane.

use crate::types::MediaTime;

/// The three times of one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TickTimes {
    /// Since when it could have run ([`CatchUp::due_of`](super::pacer::CatchUp::due_of)).
    pub due: MediaTime,
    /// When it was begun.
    pub awake: MediaTime,
    /// When its last phase was over.
    pub finished: MediaTime,
}

/// Who made a tick late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// The thread did not get to run: another thread, an interrupt, the hypervisor.
    Machine,
    /// The work of the ticks took too long.
    Work,
}

/// A run of late ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateRun {
    /// The first deadline that was missed.
    pub began: MediaTime,
    /// From that deadline until the last late tick was finished, in ns.
    pub duration_ns: u64,
    /// Ticks that were run late.
    pub late: u64,
    /// Ticks that were skipped.
    pub skipped: u64,
    /// Waiting of the late ticks, in ns.
    pub waiting_ns: u64,
    /// Working of the late ticks, in ns.
    pub working_ns: u64,
}

impl LateRun {
    /// Whichever took longer, waiting or working.
    pub const fn blame(&self) -> Blame {
        if self.waiting_ns > self.working_ns { Blame::Machine } else { Blame::Work }
    }
}

/// What a tick changed. A late run that never ends is still told of once, when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrunEvent {
    /// The first late tick of a late run.
    Began(LateRun),
    /// A tick was on time again.
    Ended(LateRun),
}

/// Totals since the start.
///
/// Example: [`TimingGauges`](crate::telemetry::TimingGauges).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Xruns {
    /// Ticks that were finished late.
    pub late_ticks: u64,
    /// Ticks that were skipped.
    pub skipped_ticks: u64,
    /// Spells that began.
    pub late_runs: u64,
    /// Of those that ended: spent mostly waiting.
    pub machine_late_runs: u64,
    /// Length of all late runs, in ns; the open one counts up to its last late tick.
    pub duration_ns: u64,
    /// The longest late run, in ns.
    pub longest_ns: u64,
}

/// Watches the ticks of one media thread. Real-time safe.
#[derive(Debug, Clone)]
pub struct XrunMeter {
    period_ns: u64,
    totals: Xruns,
    open: Option<LateRun>,
    free_since: MediaTime,
}

impl XrunMeter {
    /// For ticks of `period_ns`.
    pub const fn new(period_ns: u64) -> Self {
        let totals = Xruns {
            late_ticks: 0,
            skipped_ticks: 0,
            late_runs: 0,
            machine_late_runs: 0,
            duration_ns: 0,
            longest_ns: 0,
        };
        Self { period_ns, totals, open: None, free_since: MediaTime::ZERO }
    }

    /// Totals since the start.
    pub const fn totals(&self) -> Xruns {
        self.totals
    }

    /// The late run that is going on.
    pub const fn open(&self) -> Option<LateRun> {
        self.open
    }

    /// Takes the next tick. `skipped`: ticks skipped just before it ([`CatchUp::skip`](super::pacer::CatchUp), with the
    /// first tick of a plan only).
    pub fn record(&mut self, times: TickTimes, skipped: u64) -> Option<XrunEvent> {
        let TickTimes { due, awake, finished } = times;
        let waiting_ns = awake.nanos_since(due.max(self.free_since));
        let missed_at = due.as_nanos().saturating_add(self.period_ns);
        self.free_since = finished;
        if finished.as_nanos() <= missed_at {
            let ended = self.open.take()?;
            self.totals.machine_late_runs += u64::from(ended.blame() == Blame::Machine);
            return Some(XrunEvent::Ended(ended));
        }
        let began_now = self.open.is_none();
        let late_run = self.open.get_or_insert(LateRun {
            began: MediaTime::from_nanos(missed_at),
            duration_ns: 0,
            late: 0,
            skipped: 0,
            waiting_ns: 0,
            working_ns: 0,
        });
        let duration_ns = finished.nanos_since(late_run.began).max(late_run.duration_ns);
        self.totals.duration_ns += duration_ns - late_run.duration_ns;
        self.totals.longest_ns = self.totals.longest_ns.max(duration_ns);
        self.totals.late_ticks += 1;
        self.totals.skipped_ticks += skipped;
        self.totals.late_runs += u64::from(began_now);
        late_run.duration_ns = duration_ns;
        late_run.late += 1;
        late_run.skipped += skipped;
        late_run.waiting_ns += waiting_ns;
        late_run.working_ns += finished.nanos_since(awake);
        began_now.then_some(XrunEvent::Began(*late_run))
    }
}

#[cfg(test)]
mod tests;
