//! Control: how the engine's threads are set up, and the supervisor's loop.

use crate::config::Plan;
use crate::control::Supervisor;
use crate::rt::contain::{contained, end};
use crate::rt::os::clock;
use crate::rt::os::thread::ThreadSetup;
use std::time::Duration;

/// How long the supervisor sleeps at most when receipts are due, and when nothing is.
const BUSY_WAIT: Duration = Duration::from_millis(1);
const IDLE_WAIT: Duration = Duration::from_millis(10);
/// Beyond this after a stop was asked for, media threads do not answer any more.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// The supervisor's loop, until it has stopped. `None` if it panicked: it has answered then all that waited by its end.
pub(super) fn supervise(supervisor: Supervisor) -> Option<Supervisor> {
    let mut supervisor = Some(supervisor);
    let ended = contained("the supervisor", || run(supervisor.as_mut()));
    if ended.is_none() {
        supervisor.iter().for_each(Supervisor::tell_its_end);
        // Not while it unwinds: what it frees may panic as well.
        end("what the supervisor held", supervisor.take());
    }
    supervisor
}

fn run(supervisor: Option<&mut Supervisor>) {
    let Some(supervisor) = supervisor else { return };
    let mut patience = None;
    loop {
        let now = clock::now();
        supervisor.step(now);
        if supervisor.is_stopping() {
            let until = *patience.get_or_insert(now + STOP_PATIENCE);
            if supervisor.is_stopped() || now > until {
                return;
            }
        }
        supervisor.wait_for_request(if supervisor.expects_receipts() { BUSY_WAIT } else { IDLE_WAIT });
    }
}

pub(super) fn worker_setup(plan: &Plan, index: usize, cores: &[usize]) -> ThreadSetup {
    let config = &plan.config;
    let core = if config.worker_cores.is_empty() {
        // From the last core down: the first is left to I/O and everyone else.
        cores.iter().rev().nth(index % cores.len().max(1)).copied()
    } else {
        config.worker_cores.get(index % config.worker_cores.len()).copied()
    };
    ThreadSetup {
        name: format!("media-{index}"),
        core: core.filter(|_| config.pin_threads),
        realtime_priority: config.realtime_priority,
        lock_stack: config.lock_memory,
        lock_everything: false,
    }
}

#[cfg(feature = "net")]
pub(super) fn io_setup(plan: &Plan, index: usize) -> ThreadSetup {
    let config = &plan.config;
    // From the first core up: the last ones are the media threads'.
    let allowed = crate::rt::os::thread::allowed_cores();
    let cores = if config.io_cores.is_empty() { &allowed } else { &config.io_cores };
    let core = cores.get(index % cores.len().max(1)).copied();
    ThreadSetup {
        name: format!("media-io-{index}"),
        core: core.filter(|_| config.pin_threads),
        realtime_priority: config.realtime_priority.map(|p| p - 1),
        lock_stack: false,
        lock_everything: false,
    }
}

#[cfg(test)]
mod tests;
