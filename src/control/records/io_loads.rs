//! Control: how much of a core each I/O thread takes, as the kernel counts it.

use crate::rt::os::usage::ThreadUsage;
use crate::transport::io::IoThreadGauges;
use crate::types::MediaTime;
use std::sync::Arc;
use std::time::Duration;

/// How often the kernel is asked: the load is the mean of two such times.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// One I/O thread.
#[derive(Debug)]
pub(crate) struct IoLoad {
    pub(crate) gauges: Arc<IoThreadGauges>,
    /// The core that it is pinned to.
    core: Option<usize>,
    ran_ns: Option<u64>,
    halves: [f32; 2],
}

impl IoLoad {
    /// The share of the last second for which it ran.
    pub(crate) fn load(&self) -> f32 {
        self.halves.iter().sum::<f32>() / 2.0
    }

    /// The thread has run for so long in all; `passed` since that was told last.
    fn ran(&mut self, ns: u64, passed: Duration) {
        let before = self.ran_ns.replace(ns).unwrap_or(ns);
        let share = ns.saturating_sub(before) as f32 / passed.as_nanos().max(1) as f32;
        self.halves = [self.halves[1], share];
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct IoLoads {
    pub(crate) threads: Vec<IoLoad>,
    looked: MediaTime,
}

impl IoLoads {
    /// One more, pinned to that core.
    #[cfg(feature = "net")]
    pub(crate) fn add(&mut self, gauges: Arc<IoThreadGauges>, core: Option<usize>) {
        self.threads.push(IoLoad { gauges, core, ran_ns: None, halves: [0.0; 2] });
    }

    /// Asks the kernel, when it is time.
    pub(crate) fn look(&mut self, now: MediaTime) {
        let passed = now - self.looked;
        if self.threads.is_empty() || passed < LOOK_EVERY {
            return;
        }
        self.looked = now;
        for thread in &mut self.threads {
            // Until the thread has told who it is there is nothing to read; one that has ended takes nothing any more.
            let number = thread.gauges.thread.get() as u32;
            let usage = ThreadUsage::read(number).ok().filter(|_| number != 0);
            if let Some(ran_ns) = usage.map(|usage| usage.ran_ns).or(thread.ran_ns) {
                thread.ran(ran_ns, passed);
            }
        }
    }

    /// What those on that core take of it.
    pub(crate) fn on_core(&self, core: Option<usize>) -> f32 {
        let there = self.threads.iter().filter(|thread| core.is_some() && thread.core == core);
        there.map(IoLoad::load).sum()
    }

    /// What the thread takes, by its number among them.
    pub(crate) fn of(&self, thread: usize) -> f32 {
        self.threads.get(thread).map_or(0.0, IoLoad::load)
    }
}

#[cfg(test)]
mod tests;
