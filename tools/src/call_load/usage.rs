//! I/O: processor time of a process and its threads, as the kernel counts it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// Of the process of that number, by thread: name, and time so far. Threads of one name together.
pub(super) fn threads(pid: u32) -> BTreeMap<String, Duration> {
    let mut threads = BTreeMap::new();
    for task in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        if let Some((name, time)) = fs::read_to_string(task.path().join("stat")).ok().as_deref().and_then(stat) {
            *threads.entry(name).or_default() += time;
        }
    }
    threads
}

/// Name and time of `/proc/…/stat` (proc(5), fields 2, 14 and 15).
fn stat(text: &str) -> Option<(String, Duration)> {
    let (head, rest) = text.rsplit_once(") ")?;
    let name = head.split_once('(')?.1.to_owned();
    let mut fields = rest.split(' ').skip(11).map(|field| field.parse::<u64>());
    let ticks = fields.next()?.ok()? + fields.next()?.ok()?;
    // SAFETY: sysconf takes a number and has no effects.
    let rate = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as f64;
    Some((name, Duration::from_secs_f64(ticks as f64 / rate)))
}

/// Percent of a core by thread, and in all, between two looks so far apart.
pub(super) fn percent(
    before: &BTreeMap<String, Duration>,
    after: &BTreeMap<String, Duration>,
    time: Duration,
) -> (f64, Vec<(String, f64)>) {
    let of = |(name, now): (&String, &Duration)| {
        let spent = now.saturating_sub(before.get(name).copied().unwrap_or_default());
        (name.clone(), 100.0 * spent.as_secs_f64() / time.as_secs_f64().max(1e-9))
    };
    let mut threads: Vec<_> = after.iter().map(of).filter(|(_, percent)| *percent >= 0.05).collect();
    threads.sort_by(|a, b| b.1.total_cmp(&a.1));
    (threads.iter().map(|(_, percent)| percent).sum(), threads)
}

/// The machine's processor, as it names itself.
pub(super) fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name));
    line.unwrap_or("unknown").to_owned()
}

/// How many want to run, over the last minute.
pub(super) fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0)
}
