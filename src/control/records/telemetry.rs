//! Control: the sums of the workers' histograms, and where they are read and logged.

use super::snapshot_cell::SnapshotCell;
use crate::config::Plan;
use crate::rt::Parcel;
use crate::rt::os::Privileges;
use crate::rt::os::steal::StealMeter;
use crate::telemetry::interval_log::IntervalLogWriter;
use crate::telemetry::totals::Totals;
use crate::telemetry::{HistogramSet, Measure};
use crate::transport::io::IoThreadGauges;
use crate::types::{EngineThread, MediaTime, WorkerId};
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often histograms come home and the snapshot is renewed.
pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

/// The numbers of all threads.
pub(crate) struct Telemetry {
    pub(crate) cell: SnapshotCell,
    pub(crate) totals: Vec<Totals>,
    /// Commands' latencies until the worker's next set comes home.
    commands: Vec<HistogramSet>,
    /// An empty set for each worker, unless it is out.
    pub(crate) spare: Vec<Option<Parcel<HistogramSet>>>,
    pub(crate) began: Option<MediaTime>,
    pub(crate) next: MediaTime,
    /// The machine's own numbers; `None` on virtual time.
    pub(crate) steal: Option<StealMeter>,
    log: Option<IntervalLogWriter<BufWriter<File>>>,
    pub(crate) privileges: Vec<(Option<usize>, Privileges)>,
    /// The I/O threads' counters.
    pub(crate) io: Vec<Arc<IoThreadGauges>>,
    receipt_of: usize,
}

impl Telemetry {
    pub(crate) fn new(workers: usize, plan: &Plan) -> Self {
        let io = (0..plan.config.io_threads).map(|thread| EngineThread::Io(thread as u8));
        let threads = (0..workers).map(|worker| EngineThread::Worker(WorkerId(worker as u8))).chain(io);
        Self {
            cell: SnapshotCell::of(threads),
            totals: (0..workers).map(|_| Totals::new()).collect(),
            commands: (0..workers).map(|_| HistogramSet::new()).collect(),
            spare: (0..workers).map(|_| Some(Parcel::pack(HistogramSet::new()))).collect(),
            began: None,
            next: MediaTime::ZERO,
            steal: None,
            log: None,
            privileges: vec![(None, Privileges::default()); workers],
            io: Vec::new(),
            receipt_of: 0,
        }
    }

    /// Notes whose receipt is being followed.
    pub(crate) fn follow_receipt_of(&mut self, worker: usize) {
        self.receipt_of = worker;
    }

    pub(crate) fn receipt_of(&self) -> usize {
        self.receipt_of
    }

    pub(crate) fn record_command(&mut self, ns: u64) {
        if let Some(set) = self.commands.get_mut(self.receipt_of) {
            set.record(Measure::CommandLatency, ns);
        }
    }

    /// From now on the machine's own numbers stand beside ours, and intervals are logged if a log is given.
    pub(crate) fn attach_host_metrics(&mut self, log: Option<IntervalLogWriter<BufWriter<File>>>) {
        self.steal = Some(StealMeter::new());
        self.log = log;
    }

    /// Adds a worker's set that came home, and what was recorded of its commands meanwhile.
    pub(crate) fn add(&mut self, worker: usize, set: &HistogramSet, start: SystemTime) {
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
