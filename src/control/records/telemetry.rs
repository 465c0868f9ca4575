//! Control: the sums of the workers' histograms, and where they are read and logged.

use super::io_loads::IoLoads;
use super::sick::SickSessions;
use super::snapshot_cell::SnapshotCell;
use crate::config::Plan;
use crate::rt::Parcel;
use crate::rt::os::Privileges;
use crate::rt::os::steal::StealMeter;
use crate::telemetry::interval_log::IntervalLogWriter;
use crate::telemetry::totals::Totals;
use crate::telemetry::{HistogramSet, Measure};
use crate::types::{EngineThread, MediaTime, WorkerId};
use std::fs::File;
use std::io::BufWriter;
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
    /// Seconds that were kept, each once, however late.
    pub(crate) seconds: u64,
    pub(crate) sick: SickSessions,
    /// The machine's own numbers; `None` on virtual time.
    pub(crate) steal: Option<StealMeter>,
    log: Option<IntervalLogWriter<BufWriter<File>>>,
    pub(crate) privileges: Vec<(Option<usize>, Privileges)>,
    /// The I/O threads' counters and loads.
    pub(crate) io: IoLoads,
    receipt_of: usize,
    /// What the wall's clock said at a time of ours.
    wall: Option<(MediaTime, SystemTime)>,
    /// What was stolen until the last second ended, and a meter that is read when ticks were late.
    late: (StealMeter, u64),
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
            seconds: 0,
            sick: SickSessions::default(),
            steal: None,
            log: None,
            privileges: vec![(None, Privileges::default()); workers],
            io: IoLoads::default(),
            receipt_of: 0,
            wall: None,
            late: (StealMeter::default(), 0),
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

    /// What the wall's clock said then. Where time is virtual it goes on from where it was at first.
    pub(crate) fn wall(&mut self, at: MediaTime) -> SystemTime {
        let (then, wall) = *self.wall.get_or_insert_with(|| (at, SystemTime::now()));
        if at >= then { wall + (at - then) } else { wall - (then - at) }
    }

    /// Once a second: the wall's clock may have been set, and what was stolen before is over.
    pub(crate) fn set_wall(&mut self, now: MediaTime) {
        if self.steal.is_some() {
            self.wall = Some((now, SystemTime::now()));
            let _ = self.late.0.read();
            self.late.1 = self.late.0.stolen_ms();
        }
    }

    /// How much time was stolen from the machine's cores since the last second ended, all cores together; `None`: not known.
    pub(crate) fn stolen_lately(&mut self) -> Option<Duration> {
        self.steal.as_ref()?;
        self.late.0.read().ok()?;
        Some(Duration::from_millis(self.late.0.stolen_ms().saturating_sub(self.late.1)))
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
