//! Control: what the system says of itself that matters to a tick, and advice.

use std::fs;
use std::path::Path;

use serde::Serialize;

/// An idle state that takes longer to leave than this is worth a word.
const SLOW_WAKE_US: u64 = 100;

/// Facts from `/proc` and `/sys`. What a machine does not tell is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Release and build of the kernel; the build names PREEMPT_RT where it is.
    pub kernel: String,
    /// Cores that the scheduler leaves alone, as a list.
    pub isolated: String,
    /// Governor of the tested core's clock rate.
    pub governor: String,
    /// What the clock is read from.
    pub clock_source: String,
    /// Whether a hypervisor is below.
    pub virtual_machine: bool,
    /// Longest time to leave an idle state of the tested core, in µs.
    pub slowest_wake_us: u64,
    /// Share of time that real-time threads may take, in µs per 1 s; -1 = all of it.
    pub realtime_runtime_us: i64,
    /// Whether memory may be paged out to disk.
    pub swap: bool,
    /// Cores.
    pub cores: usize,
}

impl Machine {
    /// Of the machine whose file system is at `root`.
    pub fn read(root: &Path, core: usize) -> Self {
        let read =
            |path: &str| fs::read_to_string(root.join(path)).map(|text| text.trim().to_owned()).unwrap_or_default();
        let cpu = format!("sys/devices/system/cpu/cpu{core}");
        let cpuinfo = read("proc/cpuinfo");
        let states = (0..10).map(|state| read(&format!("{cpu}/cpuidle/state{state}/latency")));
        Self {
            kernel: format!("{} {}", read("proc/sys/kernel/osrelease"), read("proc/sys/kernel/version"))
                .trim()
                .to_owned(),
            isolated: read("sys/devices/system/cpu/isolated"),
            governor: read(&format!("{cpu}/cpufreq/scaling_governor")),
            clock_source: read("sys/devices/system/clocksource/clocksource0/current_clocksource"),
            virtual_machine: cpuinfo.lines().any(|line| {
                line.starts_with("flags") && line.split_ascii_whitespace().any(|flag| flag == "hypervisor")
            }),
            slowest_wake_us: states.filter_map(|latency| latency.parse().ok()).max().unwrap_or_default(),
            realtime_runtime_us: read("proc/sys/kernel/sched_rt_runtime_us").parse().unwrap_or_default(),
            swap: read("proc/swaps").lines().count() > 1,
            cores: cpuinfo.lines().filter(|line| line.starts_with("processor")).count(),
        }
    }

    /// What could be better, one line each.
    pub fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        let mut say = |when: bool, what: String| advice.extend(when.then_some(what));
        say(self.cores == 1, "cores: one core carries the media thread and all else; two are better".to_owned());
        say(
            self.cores > 1 && self.isolated.is_empty(),
            "isolation: no core is kept free; `isolcpus=` and `nohz_full=` on the kernel's command line, or a cpuset"
                .to_owned(),
        );
        let governor = &self.governor;
        say(
            !governor.is_empty() && governor != "performance",
            format!(
                "governor: {governor} lowers the clock rate between ticks; `cpupower frequency-set -g performance`"
            ),
        );
        let slow = self.slowest_wake_us;
        say(
            slow > SLOW_WAKE_US,
            format!("idle states: leaving the deepest takes {slow} µs; `cpupower idle-set -D {SLOW_WAKE_US}`"),
        );
        let fast = ["tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", ""];
        let source = &self.clock_source;
        say(
            !fast.contains(&source.as_str()),
            format!("clock: each reading of {source} is a system call; tsc or kvm-clock if the machine has them"),
        );
        say(self.swap, "swap: lock the engine's memory, or `swapoff -a`".to_owned());
        advice
    }
}
