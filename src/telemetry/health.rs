//! Control: which threads of an engine run: kept by the supervisor, read by anyone without asking it.

use crate::types::{EngineThread, MediaTime};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How long a thread may give no sign of life.
pub(crate) const STALLED_AFTER: Duration = Duration::from_secs(2);

/// Whether a thread runs.
///
/// Example: [`EngineHealth`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadState {
    /// It does.
    Running,
    /// It gave no sign of life for 2 s.
    Stalled,
    /// It has ended, or was given up.
    Ended,
}

/// A thread, and whether it runs.
///
/// Example: [`EngineHealth`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadHealth {
    /// Which.
    pub thread: EngineThread,
    /// Whether it runs.
    pub state: ThreadState,
    /// For how long it has given no sign of life.
    pub silent: Duration,
}

/// The threads of an engine: the supervisor, the media threads, the I/O threads.
///
/// From [`MediaHandle::health`](crate::MediaHandle::health), on any thread; it asks no media thread.
///
/// ```
/// use media_core::types::EngineThread;
/// use media_core::{MediaEngineConfig, ThreadState, VirtualEngine, WorkerId};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// engine.run_for(Duration::from_secs(1));
/// assert!(handle.health().is_well());
/// engine.hold_worker(0, true); // it hangs
/// engine.run_for(Duration::from_secs(4));
/// let worker = handle.health().of(EngineThread::Worker(WorkerId(0))).unwrap();
/// assert_eq!(worker.state, ThreadState::Stalled);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineHealth {
    /// One by one.
    pub threads: Vec<ThreadHealth>,
}

impl EngineHealth {
    /// Whether all run.
    pub fn is_well(&self) -> bool {
        self.threads.iter().all(|thread| thread.state == ThreadState::Running)
    }

    /// A thread's.
    pub fn of(&self, thread: EngineThread) -> Option<ThreadHealth> {
        self.threads.iter().copied().find(|health| health.thread == thread)
    }
}

/// Signs of life of one thread, counted by it, looked at by a watch.
#[derive(Debug)]
pub(crate) struct Pulse {
    count: u64,
    pub(crate) silent: Duration,
    pub(crate) state: ThreadState,
}

impl Pulse {
    pub(crate) const fn new() -> Self {
        Self { count: 0, silent: Duration::ZERO, state: ThreadState::Running }
    }

    pub(crate) fn runs(&self) -> bool {
        self.state == ThreadState::Running
    }

    /// Looks after `passed`, in which the watch itself was awake: what the thread has counted by now, and whether its other
    /// end is gone. Tells a change.
    pub(crate) fn look(&mut self, count: u64, passed: Duration, gone: bool) -> Option<ThreadState> {
        let before = self.state;
        if std::mem::replace(&mut self.count, count) != count {
            self.silent = Duration::ZERO;
        } else {
            self.silent += passed;
        }
        self.state = match before {
            ThreadState::Ended => before,
            _ if gone => ThreadState::Ended,
            _ if self.silent >= STALLED_AFTER => ThreadState::Stalled,
            _ => ThreadState::Running,
        };
        (self.state != before).then_some(self.state)
    }
}

/// What the supervisor has written down of all threads.
#[derive(Debug, Clone, Default)]
pub(crate) struct HealthCell(Arc<Record>);

#[derive(Debug, Default)]
struct Record {
    /// When the supervisor was last at work, in ns, and whether it has ended.
    beat: AtomicU64,
    over: AtomicBool,
    /// Of each thread: for how many ms it was silent, times four, plus its state.
    threads: Vec<(EngineThread, AtomicU64)>,
}

impl HealthCell {
    pub(crate) fn new(threads: impl Iterator<Item = EngineThread>) -> Self {
        let threads = threads.map(|thread| (thread, AtomicU64::new(0))).collect();
        Self(Arc::new(Record { threads, ..Record::default() }))
    }

    pub(crate) fn beat(&self, now: MediaTime) {
        self.0.beat.store(now.as_nanos(), Relaxed);
    }

    pub(crate) fn beats(&self) -> u64 {
        self.0.beat.load(Relaxed)
    }

    pub(crate) fn end(&self) {
        self.0.over.store(true, Relaxed);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.over.load(Relaxed)
    }

    pub(crate) fn note(&self, thread: EngineThread, pulse: &Pulse) {
        if let Some((_, noted)) = self.0.threads.iter().find(|(own, _)| *own == thread) {
            noted.store(pulse.silent.as_millis() as u64 * 4 + pulse.state as u64, Relaxed);
        }
    }

    /// As of `now`.
    pub(crate) fn read(&self, now: MediaTime) -> EngineHealth {
        let beat = MediaTime::from_nanos(self.beats());
        let silent = if beat == MediaTime::ZERO { Duration::ZERO } else { now - beat };
        let state = match silent >= STALLED_AFTER {
            _ if self.is_over() => ThreadState::Ended,
            true => ThreadState::Stalled,
            false => ThreadState::Running,
        };
        let supervisor = ThreadHealth { thread: EngineThread::Supervisor, state, silent };
        let others = self.0.threads.iter().map(|(thread, noted)| {
            let noted = noted.load(Relaxed);
            let state = [ThreadState::Running, ThreadState::Stalled, ThreadState::Ended][(noted % 4).min(2) as usize];
            ThreadHealth { thread: *thread, state, silent: Duration::from_millis(noted / 4) }
        });
        EngineHealth { threads: std::iter::once(supervisor).chain(others).collect() }
    }
}
