//! Control: time that the hypervisor took from this machine's cores, from `/proc/stat`.
//!
//! Stands beside the histograms: a late wake-up on a core with steal is the host's doing.
#![expect(clippy::disallowed_methods, reason = "control side")]

use std::{fs, io};

use serde::{Deserialize, Serialize};

/// Times of one core since boot, in clock ticks (USER_HZ, 1/100 s on Linux). Only differences mean something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CoreTimes {
    /// The core's number.
    pub core: usize,
    /// Taken by the hypervisor for others.
    pub steal: u64,
    /// Idle, waiting for disk included.
    pub idle: u64,
    /// All of it.
    pub total: u64,
}

/// What became of one core between two readings.
///
/// Example: [`Snapshot`](crate::Snapshot).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CoreUse {
    /// The core's number.
    pub core: usize,
    /// Share of time stolen, 0.0..=1.0.
    pub steal: f32,
    /// Share of time at work for anyone here, 0.0..=1.0.
    pub busy: f32,
}

/// Remembers the last reading.
#[derive(Debug, Clone, Default)]
pub struct StealMeter {
    last: Vec<CoreTimes>,
    stolen: u64,
}

impl StealMeter {
    /// Begins now.
    pub fn new() -> Self {
        let mut meter = Self::default();
        // Where there is no /proc/stat, every reading is empty.
        let _ = meter.read();
        meter
    }

    /// Each core's use since the last reading.
    ///
    /// # Errors
    /// `/proc/stat` cannot be read.
    pub fn read(&mut self) -> io::Result<Vec<CoreUse>> {
        Ok(self.take(parse(&fs::read_to_string("/proc/stat")?)))
    }

    /// All time stolen from all cores between the first reading and the last, in ms.
    pub const fn stolen_ms(&self) -> u64 {
        self.stolen * 10
    }

    pub(super) fn take(&mut self, now: Vec<CoreTimes>) -> Vec<CoreUse> {
        let mut uses = Vec::new();
        for times in &now {
            // A core that came online just now has no last reading. The kernel's counters may step back a little.
            let Some(last) = self.last.iter().find(|last| last.core == times.core) else { continue };
            let since = |now: u64, then: u64| now.saturating_sub(then) as f32;
            let total = since(times.total, last.total).max(1.0);
            let share = |ticks: f32| (ticks / total).clamp(0.0, 1.0);
            let (steal, idle) = (share(since(times.steal, last.steal)), share(since(times.idle, last.idle)));
            self.stolen += times.steal.saturating_sub(last.steal);
            let busy = if times.total > last.total { (1.0 - steal - idle).max(0.0) } else { 0.0 };
            uses.push(CoreUse { core: times.core, steal, busy });
        }
        self.last = now;
        uses
    }
}

/// Reads the `cpuN` lines: user, nice, system, idle, iowait, irq, softirq, steal (proc(5)). The guest times that follow
/// are part of user and nice already.
pub(super) fn parse(stat: &str) -> Vec<CoreTimes> {
    let core = |line: &str| {
        let mut fields = line.strip_prefix("cpu")?.split_ascii_whitespace();
        let core = fields.next()?.parse().ok()?;
        let mut times = [0u64; 8];
        for time in &mut times {
            *time = fields.next()?.parse().ok()?;
        }
        let total = times.iter().fold(0u64, |sum, &time| sum.saturating_add(time));
        Some(CoreTimes { core, steal: times[7], idle: times[3].saturating_add(times[4]), total })
    };
    // The sum line starts with "cpu " and has no number.
    stat.lines().filter(|line| !line.starts_with("cpu ")).filter_map(core).collect()
}
