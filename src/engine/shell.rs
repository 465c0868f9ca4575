//! Boundary: the shell of a media thread: set-up, the sleep, the clock, catch-up, timing. Everything else is
//! [`Worker::tick`](crate::worker::Worker::tick).

use crate::rt::MediaScope;
use crate::rt::load::LoadMeter;
use crate::rt::os::clock;
use crate::rt::pacer::{Pacer, TickPeriod};
use crate::rt::xrun::{TickTimes, XrunMeter};
use crate::telemetry::{Measure, PhaseMeter, TimingGauges};
use crate::types::{MediaTime, TickNumber, WorkerId};
use crate::worker::{RetiredWorker, TickContext, WorkerSeed};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire};

/// What a media thread needs beside its worker.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) id: WorkerId,
    pub(super) period: TickPeriod,
    pub(super) anchor: MediaTime,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) timing: Arc<TimingGauges>,
    pub(super) hook: Option<fn(WorkerId)>,
}

impl Shell {
    /// Runs the worker on this thread until it is told to stop, and sends home what is left of it. Between the two scope
    /// lines the contract holds.
    pub(super) fn run(self, seed: WorkerSeed) -> RetiredWorker {
        let mut worker = seed.grow();
        let mut pacer = Pacer::new(self.anchor, self.period);
        let mut load = LoadMeter::new(self.period.nanos());
        let mut xruns = XrunMeter::new(self.period.nanos());
        let mut meter = PhaseMeter::clocked(clock::now);
        let blocks = u64::from(self.period.blocks());
        self.timing.set_thread(crate::rt::os::thread::current_id());
        crate::processing::audio::ns::prepare_thread();
        if let Some(hook) = self.hook {
            // The embedder's: without it the thread works all the same.
            let _ = crate::rt::contain::contained("the thread hook", || hook(self.id));
        }
        let scope = MediaScope::enter();
        while !self.stop.load(Acquire) {
            clock::sleep_until(pacer.due());
            let plan = pacer.plan(clock::now());
            for nth in 0..plan.run {
                let awake = clock::now();
                let due = plan.due_of(nth, self.period);
                let number = plan.tick + u64::from(nth);
                meter.begin(awake);
                let number = TickNumber(number.0 * blocks);
                worker.tick(&mut TickContext::new(due, number, &mut meter).begun_at(awake));
                let finished = meter.finish(worker.histograms());
                worker.histograms().record(Measure::WakeUpLateness, awake.nanos_since(due));
                load.record(finished.nanos_since(awake));
                let skipped = if nth == 0 { plan.skip } else { 0 };
                xruns.record(TickTimes { due, awake, finished }, skipped);
            }
            self.timing.set_load(&load.load());
            self.timing.set_xruns(&xruns.totals(), pacer.reanchored());
        }
        drop(scope);
        worker.retire()
    }
}
