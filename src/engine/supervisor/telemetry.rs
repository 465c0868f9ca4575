//! Control: once a second: full histograms home, their sums, the interval log, the snapshot that tools read.

use super::Supervisor;
use crate::engine::health::HealthCell;
use crate::engine::plan::Plan;
use crate::integration::io::IoThreadGauges;
use crate::rt::Parcel;
use crate::rt::os::Privileges;
use crate::rt::os::steal::StealMeter;
use crate::rt::os::usage::ThreadUsage;
use crate::telemetry::interval_log::IntervalLogWriter;
use crate::telemetry::snapshot::{Snapshot, WorkerSnapshot};
use crate::telemetry::totals::Totals;
use crate::telemetry::{Directory, HistogramSet, Measure};
use crate::types::{EngineThread, MediaTime, WorkerId};
use crate::worker::{Cargo, Receipt, Verb};
use std::fs::File;
use std::io::BufWriter;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const INTERVAL: Duration = Duration::from_secs(1);

/// Where the newest snapshot lies, and the sessions' gauges are found.
#[derive(Debug, Clone, Default)]
pub(crate) struct SnapshotCell {
    newest: Arc<Mutex<Arc<Snapshot>>>,
    pub(crate) directory: Directory,
    pub(crate) health: HealthCell,
}

impl SnapshotCell {
    pub(crate) fn get(&self) -> Arc<Snapshot> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes a gauge of the newest in the supervisor's place.
    pub(crate) fn amend(&self, gauge: &str, value: i64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut newest).gauges.insert(gauge.to_owned(), value);
    }

    fn set(&self, snapshot: Snapshot) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }
}

/// See the module text.
pub(super) struct Telemetry {
    pub(super) cell: SnapshotCell,
    totals: Vec<Totals>,
    /// Commands' latencies until the worker's next set comes home.
    commands: Vec<HistogramSet>,
    /// An empty set for each worker, unless it is out.
    spare: Vec<Option<Parcel<HistogramSet>>>,
    began: Option<MediaTime>,
    next: MediaTime,
    /// The machine's own numbers; `None` on virtual time.
    steal: Option<StealMeter>,
    log: Option<IntervalLogWriter<BufWriter<File>>>,
    pub(super) placed: Vec<(Option<usize>, Privileges)>,
    /// The I/O threads' counters.
    pub(super) io: Vec<Arc<IoThreadGauges>>,
    receipt_of: usize,
}

impl Telemetry {
    pub(super) fn new(workers: usize, plan: &Plan) -> Self {
        let io = (0..plan.config.io_threads).map(|thread| EngineThread::Io(thread as u8));
        let threads = (0..workers).map(|worker| EngineThread::Worker(WorkerId(worker as u8))).chain(io);
        Self {
            cell: SnapshotCell { health: HealthCell::new(threads), ..SnapshotCell::default() },
            totals: (0..workers).map(|_| Totals::new()).collect(),
            commands: (0..workers).map(|_| HistogramSet::new()).collect(),
            spare: (0..workers).map(|_| Some(Parcel::pack(HistogramSet::new()))).collect(),
            began: None,
            next: MediaTime::ZERO,
            steal: None,
            log: None,
            placed: vec![(None, Privileges::default()); workers],
            io: Vec::new(),
            receipt_of: 0,
        }
    }

    /// Notes whose receipt is being followed.
    pub(super) fn follow_receipt_of(&mut self, worker: usize) {
        self.receipt_of = worker;
    }

    pub(super) fn receipt_of(&self) -> usize {
        self.receipt_of
    }

    pub(super) fn record_command(&mut self, ns: u64) {
        if let Some(set) = self.commands.get_mut(self.receipt_of) {
            set.record(Measure::CommandLatency, ns);
        }
    }

    /// From now on the machine's own numbers stand beside ours, and intervals are logged if a log is given.
    pub(super) fn on_a_machine(&mut self, log: Option<IntervalLogWriter<BufWriter<File>>>) {
        self.steal = Some(StealMeter::new());
        self.log = log;
    }

    fn add(&mut self, worker: usize, set: &HistogramSet, start: SystemTime) {
        self.totals[worker].add(set);
        self.totals[worker].add_further(&self.commands[worker]);
        if let Some(log) = &mut self.log {
            let id = WorkerId(worker as u8);
            let written = log.write(id, start, INTERVAL, set);
            let written = written.and_then(|()| log.write(id, start, INTERVAL, &self.commands[worker]));
            if let Err(error) = written.and_then(|()| log.flush()) {
                log::error!("histogram log: {error}; it ends here");
                self.log = None;
            }
        }
        self.commands[worker].reset();
    }
}

impl Supervisor {
    pub(super) fn keep_telemetry(&mut self) {
        if self.now < self.telemetry.next || self.stopping {
            return;
        }
        self.telemetry.began.get_or_insert(self.now);
        self.telemetry.next = self.now + INTERVAL;
        self.tell_unplayable();
        for worker in 0..self.workers.len() {
            // None spare: the last swap has not come home, the worker is held up.
            let runs = self.workers[worker].pulse.runs();
            let Some(empty) = self.telemetry.spare[worker].take_if(|_| runs) else { continue };
            let after = move |s: &mut Self, receipt: Receipt| {
                let set = match receipt.cargo {
                    Cargo::Histograms(mut set) => {
                        s.telemetry.add(worker, &set, SystemTime::now() - INTERVAL);
                        set.reset();
                        set
                    }
                    // The thread does not run; should it come back it needs another.
                    _ => Parcel::pack(HistogramSet::new()),
                };
                s.telemetry.spare[worker] = Some(set);
            };
            self.order(WorkerId(worker as u8), Verb::SwapHistograms(empty), Some(Box::new(after)));
        }
        if let Some(lines) = self.log_limit.unsaid(self.now) {
            log::warn!("{lines} log lines about sessions were left out");
        }
        let snapshot = self.snapshot();
        self.telemetry.cell.set(snapshot);
    }

    /// What the engine tells of itself now.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        let uptime = self.now - self.telemetry.began.unwrap_or(self.now);
        let mut snapshot = Snapshot {
            taken_unix_ms: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64,
            uptime_ms: uptime.as_millis() as u64,
            pid: std::process::id(),
            sessions: self.sessions.len() as u32,
            conferences: self.rooms.len() as u32,
            shed_level: self.shedding.deepest().steps(),
            ..Snapshot::default()
        };
        if let Some(steal) = &mut self.telemetry.steal {
            snapshot.cores = steal.read().unwrap_or_default();
            snapshot.stolen_ms = steal.stolen_ms();
        }
        snapshot.legs = self.telemetry.cell.directory.sweep(self.now);
        snapshot.gauges.insert("/engine/strays_dropped".into(), self.strays.dropped() as i64);
        snapshot.gauges.insert("/engine/log_lines_left_out".into(), self.log_limit.suppressed() as i64);
        for (index, link) in self.workers.iter().enumerate() {
            let (core, privileges) = self.telemetry.placed[index].clone();
            let mut worker = WorkerSnapshot {
                worker: index as u8,
                core,
                period_ms: self.plan.config.tick_ms,
                ticks: link.gauges.ticks.get(),
                legs: link.gauges.legs.get() as u32,
                load: link.timing.load(),
                xruns: link.timing.xruns(),
                pauses: link.timing.pauses(),
                shed_level: link.gauges.shed_level.get() as u8,
                privileges,
                usage: ThreadUsage::read(link.timing.thread()).unwrap_or_default(),
                ..WorkerSnapshot::default()
            };
            worker.set_histograms(&self.telemetry.totals[index]);
            let runs = link.pulse.runs();
            snapshot.gauges.insert(format!("/worker/{index}/stalled"), i64::from(!runs));
            for (name, value) in link.gauges.read() {
                snapshot.gauges.insert(format!("/worker/{index}/{name}"), value as i64);
            }
            snapshot.workers.push(worker);
        }
        snapshot.gauges.insert("/engine/supervisor_stalled".into(), 0);
        for (index, control) in self.ports.iter().enumerate() {
            if let Some(control) = control.as_ref().filter(|control| control.io) {
                let path = format!("/io/{}/stalled", index - 1);
                snapshot.gauges.insert(path, i64::from(!control.pulse.runs()));
            }
        }
        for (index, gauges) in self.telemetry.io.iter().enumerate() {
            // Until the thread has told who it is, there is nothing to read.
            let usage = ThreadUsage::read(gauges.thread.get() as u32).unwrap_or_default();
            let of_thread = [("ran_ns", usage.ran_ns), ("waited_ns", usage.waited_ns), ("preempted", usage.preempted)];
            for (name, value) in gauges.read().into_iter().chain(of_thread) {
                snapshot.gauges.insert(format!("/io/{index}/{name}"), value as i64);
            }
        }
        snapshot
    }
}
