//! Control: what the kernel says about one of our threads, asked from outside it, so that the thread itself is left alone.
#![expect(clippy::disallowed_macros, reason = "control side")]

use std::{fs, io};

use serde::{Deserialize, Serialize};

/// Running and waiting of one thread since its start.
///
/// Example: [`Snapshot`](crate::Snapshot).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ThreadUsage {
    /// Ran, in ns.
    pub ran_ns: u64,
    /// Was ready to run and did not, in ns: the wait for a core.
    pub waited_ns: u64,
    /// Slept by its own will, so often: once a tick.
    pub slept: u64,
    /// Had to make way for another, so often.
    pub preempted: u64,
}

impl ThreadUsage {
    /// Of the thread of this process that has the kernel's number `thread`
    /// (gettid(2)).
    ///
    /// # Errors
    /// The thread is gone, or there is no `/proc`.
    pub fn read(thread: u32) -> io::Result<Self> {
        let task = format!("/proc/self/task/{thread}");
        // A kernel without schedstats has no such file.
        let schedstat = fs::read_to_string(format!("{task}/schedstat")).unwrap_or_default();
        Ok(Self::parse(&schedstat, &fs::read_to_string(format!("{task}/status"))?))
    }

    pub(super) fn parse(schedstat: &str, status: &str) -> Self {
        let mut times = schedstat.split_ascii_whitespace().map_while(|field| field.parse().ok());
        let field = |name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok()).unwrap_or_default()
        };
        Self {
            ran_ns: times.next().unwrap_or_default(),
            waited_ns: times.next().unwrap_or_default(),
            slept: field("voluntary_ctxt_switches:"),
            preempted: field("nonvoluntary_ctxt_switches:"),
        }
    }
}
