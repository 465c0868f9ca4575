//! Control: a snapshot as a table for people.

use std::fmt;

use crate::telemetry::snapshot::{Percentiles, Snapshot, WorkerSnapshot};

/// Which histograms are shown.
///
/// Example: [`Snapshot`](crate::Snapshot).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Window {
    /// Since the start.
    #[default]
    Total,
    /// The last 5 to 10 s.
    Recent,
}

/// A duration in ns, shown with three digits and a fitting unit; honours the width of the format.
///
/// ```
/// use media_core::telemetry::Nanos;
///
/// assert_eq!(Nanos(1_234_567).to_string(), "1.23 ms");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Nanos(pub u64);

impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0 as f64;
        let (value, unit) = match self.0 {
            0..1_000 => return f.pad(&format!("{} ns", self.0)),
            1_000..1_000_000 => (ns / 1e3, "µs"),
            1_000_000..1_000_000_000 => (ns / 1e6, "ms"),
            _ => (ns / 1e9, "s "),
        };
        let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
        f.pad(&format!("{value:.decimals$} {unit}"))
    }
}

/// A snapshot with the histograms of one window.
///
/// Example: [`Snapshot`](crate::Snapshot).
#[derive(Debug, Clone, Copy)]
pub struct Table<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) window: Window,
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table(Window::Total).fmt(f)
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Snapshot { pid, uptime_ms, sessions, conferences, shed_level, workers, cores, stolen_ms, gauges, .. } =
            self.snapshot;
        let uptime = *uptime_ms as f64 / 1e3;
        write!(f, "process {pid}, up {uptime:.1} s: {sessions} sessions, {conferences} conferences")?;
        if *shed_level > 0 {
            write!(f, ", quality shed by {shed_level}")?;
        }
        write!(f, "\ncores (busy, stolen):")?;
        for core in cores {
            write!(f, "  {} {:.0} % {:.1} %", core.core, core.busy * 100.0, core.steal * 100.0)?;
        }
        writeln!(f, "  stolen since the start {:.2} s", *stolen_ms as f64 / 1e3)?;
        for worker in workers {
            let histograms = match self.window {
                Window::Total => &worker.total,
                Window::Recent => &worker.recent,
            };
            write_worker(f, worker)?;
            write_percentiles(f, histograms)?;
        }
        for (name, value) in gauges {
            writeln!(f, "{name} {value}")?;
        }
        Ok(())
    }
}

fn write_worker(f: &mut fmt::Formatter<'_>, worker: &WorkerSnapshot) -> fmt::Result {
    let WorkerSnapshot { worker: number, core, period_ms, ticks, legs, load, xruns, pauses, privileges, usage, .. } =
        worker;
    write!(f, "\nworker {number}")?;
    if let Some(core) = core {
        write!(f, " for core {core}")?;
    }
    writeln!(f, ": {ticks} ticks of {period_ms} ms, {legs} legs")?;
    let percent = [load.mean_1s, load.mean_10s, load.mean_60s, load.worst_1s].map(|share| share * 100.0);
    let [s1, s10, s60, worst] = percent;
    writeln!(f, "  load       {s1:.1} % (1 s)  {s10:.1} % (10 s)  {s60:.1} % (60 s)  worst tick {worst:.1} %")?;
    writeln!(
        f,
        "  late       {} ticks in {} late runs ({} the machine's), {} skipped, longest {}, {} pauses",
        xruns.late_ticks,
        xruns.late_runs,
        xruns.machine_late_runs,
        xruns.skipped_ticks,
        Nanos(xruns.longest_ns),
        pauses
    )?;
    let waited = Nanos(usage.waited_ns);
    writeln!(f, "  kernel     waited {waited} for a core, made way {} times", usage.preempted)?;
    writeln!(f, "  privileges {privileges}")?;
    privileges.advice().try_for_each(|advice| writeln!(f, "  advice     {advice}"))
}

/// Head line and one line for each histogram that has values.
pub(super) fn write_percentiles(f: &mut fmt::Formatter<'_>, histograms: &[Percentiles]) -> fmt::Result {
    let head = ["count", "p50", "p90", "p99", "p99.9", "max"];
    write!(f, "  {:<18}", "")?;
    head.iter().try_for_each(|title| write!(f, "{title:>10}"))?;
    writeln!(f)?;
    for row in histograms.iter().filter(|row| row.count > 0) {
        write!(f, "  {:<18}{:>10}", row.name, row.count)?;
        for ns in [row.p50_ns, row.p90_ns, row.p99_ns, row.p999_ns, row.max_ns] {
            write!(f, "{:>10}", Nanos(ns))?;
        }
        writeln!(f)?;
    }
    Ok(())
}
