//! Control: threads of an engine on virtual time that hang, or die.

use crate::engine::virtual_engine::VirtualEngine;

/// Which threads hang.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) workers: Vec<bool>,
    pub(super) io: Vec<bool>,
    pub(super) recorder: bool,
}

impl Held {
    pub(super) fn new(workers: usize, io: usize) -> Self {
        Self { workers: vec![false; workers], io: vec![false; io], recorder: false }
    }
}

impl VirtualEngine {
    /// Whether a worker's thread hangs from now on: it runs no tick.
    pub fn hold_worker(&mut self, worker: usize, hangs: bool) {
        self.held.workers[worker] = hangs;
    }

    /// Whether an I/O thread hangs from now on: it takes no orders and sends nothing; what comes is still taken.
    pub fn hold_io(&mut self, thread: usize, hangs: bool) {
        self.held.io[thread] = hangs;
    }

    /// Whether the thread that reads files hangs from now on, as on a disk that stalls: prompts get no more than was read ahead.
    pub fn hold_files(&mut self, hangs: bool) {
        self.supervisor.playbacks.host.hang(hangs);
    }

    /// Whether the disk stalls from now on: nothing that is recorded is written.
    pub fn hold_recorder(&mut self, hangs: bool) {
        self.held.recorder = hangs;
    }

    /// A worker's thread dies, and what it held with it.
    pub fn kill_worker(&mut self, worker: usize) {
        drop(self.workers[worker].take().map(crate::worker::Worker::retire));
    }
}
