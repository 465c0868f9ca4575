//! Control: a thread made ready for real-time work, before its first tick. Never fails for want of a privilege.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use std::{io, thread};

use core_affinity::CoreId;
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

use super::memory::{self, PREFAULTED_STACK};
use super::{Privilege, Privileges};

/// How a media or I/O thread is set up. The default asks for nothing but the touched stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadSetup {
    /// Shown by `top -H` and in panics; the kernel keeps 15 octets.
    pub name: String,
    /// The core to be pinned to, as the kernel counts them.
    pub core: Option<usize>,
    /// SCHED_FIFO with this priority, 1..=99. I/O threads go below workers.
    pub realtime_priority: Option<u8>,
    /// Lock this thread's stack.
    pub lock_stack: bool,
    /// Lock all memory of the process, now and later (mlockall).
    pub lock_everything: bool,
}

impl ThreadSetup {
    /// Starts a thread and sets it up; `body` gets what was granted.
    ///
    /// # Errors
    /// The system has no thread left to give.
    pub fn spawn<T: Send + 'static>(
        self,
        body: impl FnOnce(Privileges) -> T + Send + 'static,
    ) -> io::Result<thread::JoinHandle<T>> {
        // A name with a NUL would panic in the standard library.
        let name = self.name.replace('\0', "");
        thread::Builder::new().name(name).stack_size(4 * PREFAULTED_STACK).spawn(move || body(self.apply()))
    }

    /// Sets up the thread that calls. Needs a stack of 512 KiB at least.
    pub fn apply(&self) -> Privileges {
        let all = if self.lock_everything { memory::lock_everything() } else { Privilege::NotAsked };
        // Pinned first, so that the stack's pages come from the memory node of that core.
        let pinned = self.core.map_or(Privilege::NotAsked, pin);
        let stack = memory::prefault_stack(self.lock_stack);
        let realtime = self.realtime_priority.map_or(Privilege::NotAsked, realtime);
        if realtime != Privilege::Granted {
            finest_timer();
        }
        Privileges { pinned, realtime, memory_locked: all.and(stack) }
    }
}

/// The cores that this process may run on, as the kernel counts them.
pub fn allowed_cores() -> Vec<usize> {
    core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect()
}

/// The kernel's number for this thread: what [`usage`](super::usage) asks by.
pub fn current_id() -> u32 {
    // SAFETY: gettid takes nothing and cannot fail.
    unsafe { libc::gettid() }.unsigned_abs()
}

fn pin(core: usize) -> Privilege {
    // Beyond the set's size core_affinity would panic.
    if core >= libc::CPU_SETSIZE as usize {
        return Privilege::Refused(format!("there is no core {core}").into());
    }
    if core_affinity::set_for_current(CoreId { id: core }) {
        Privilege::Granted
    } else {
        Privilege::refused_by(&format!("core {core}"), &io::Error::last_os_error())
    }
}

fn realtime(priority: u8) -> Privilege {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    let value = match ThreadPriorityValue::try_from(priority) {
        Ok(value) if priority > 0 => value,
        _ => return Privilege::Refused(format!("priority {priority} is not within 1..=99").into()),
    };
    match set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), policy) {
        Ok(()) => Privilege::Granted,
        Err(thread_priority::Error::OS(code)) => {
            Privilege::refused_by("SCHED_FIFO", &io::Error::from_raw_os_error(code))
        }
        Err(other) => Privilege::Refused(format!("SCHED_FIFO: {other}").into()),
    }
}

/// An ordinary thread's sleep ends up to 50 µs late by default, so that the kernel can join wake-ups; this asks for 1 ns.
/// Needs no privilege. Real-time threads have none of that slack.
fn finest_timer() {
    // SAFETY: PR_SET_TIMERSLACK takes one number; the further arguments are not read.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1 as libc::c_ulong) };
}
