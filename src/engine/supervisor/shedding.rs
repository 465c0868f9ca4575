//! Control: overload: as the load of a worker rises, new sessions are refused first; beyond a second limit quality is shed
//! step by step, and given back step by step when the load has fallen for a while.
//!
//! Looked at twice a second. A step down is taken when the load was over `shed_load_percent` at three looks running (so
//! that a step shows in the mean of the last second before the next is taken), one back up
//! when it was under two thirds of that at twenty (10 s). Each step is an order to the worker, and an event when the
//! worker has applied it. While a worker sheds, it gets no new sessions, however little load is left by that.

use super::Supervisor;
use crate::engine::plan::Plan;
use crate::error::{EngineError, Error, SessionError};
use crate::rt::shed::{ShedChange, ShedLevel, Shedder, Thresholds};
use crate::session::{EventKind, MediaEvent};
use crate::types::{EngineThread, MediaTime, WorkerId};
use crate::worker::Verb;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const LOOKS_DOWN: u16 = 3;
const LOOKS_UP: u16 = 20;

/// One shedder a worker; none where shedding is switched off.
pub(super) struct Shedding {
    workers: Vec<Option<Shedder>>,
    next: MediaTime,
}

impl Shedding {
    pub(super) fn new(workers: usize, plan: &Plan) -> Self {
        let shedder = plan.config.shed_load_percent.and_then(|percent| {
            let enter = percent as f32 / 100.0;
            let thresholds =
                Thresholds { enter, leave: enter * 2.0 / 3.0, enter_after: LOOKS_DOWN, leave_after: LOOKS_UP };
            Shedder::new(thresholds, ShedLevel::DEEPEST.steps())
        });
        Self { workers: vec![shedder; workers], next: MediaTime::ZERO }
    }

    /// How much a worker sheds, or is ordered to.
    pub(super) fn level(&self, worker: WorkerId) -> ShedLevel {
        let shedder = self.workers.get(worker.as_usize()).and_then(Option::as_ref);
        shedder.map_or(ShedLevel::FULL_QUALITY, |shedder| ShedLevel::new(shedder.level()))
    }

    /// The most that any worker sheds.
    pub(super) fn deepest(&self) -> ShedLevel {
        let levels = self.workers.iter().flatten().map(|shedder| ShedLevel::new(shedder.level()));
        levels.max().unwrap_or_default()
    }
}

impl Supervisor {
    pub(super) fn shed_load(&mut self) {
        if self.now < self.shedding.next || self.stopping {
            return;
        }
        self.shedding.next = self.now + LOOK_EVERY;
        for index in 0..self.workers.len() {
            if !self.workers[index].pulse.runs() {
                continue;
            }
            let load = self.workers[index].timing.load().now;
            let Some(change) = self.shedding.workers[index].as_mut().and_then(|shedder| shedder.update(load)) else {
                continue;
            };
            let worker = WorkerId(index as u8);
            let (level, kind) = match change {
                ShedChange::Down(steps) => {
                    let level = ShedLevel::new(steps);
                    log::warn!("media thread {worker} is at {:.0} % load: quality is shed: {level}", load * 100.0);
                    (level, EventKind::QualityShed { worker, level })
                }
                ShedChange::Up(steps) => {
                    let level = ShedLevel::new(steps);
                    log::info!(
                        "media thread {worker} is at {:.0} % load: quality is given back: {level}",
                        load * 100.0
                    );
                    (level, EventKind::QualityRestored { worker, level })
                }
            };
            let told = Self::then(move |s| s.subscribers.send(&MediaEvent { at: s.now, session: None, kind }));
            self.order(worker, Verb::Shed(level), told);
            self.fit_processing_on(worker);
        }
    }

    /// The worker with the least to do, of those that shed nothing.
    ///
    /// # Errors
    /// [`SessionError::Overloaded`] if even that one is beyond the limit, [`EngineError::ThreadStalled`] if none runs.
    pub(super) fn least_loaded(&self) -> Result<WorkerId, Error> {
        let limit_percent = self.plan.config.load_limit_percent;
        let rank = |id| self.shedding.level(id);
        let run = self.workers.iter().filter(|w| w.pulse.runs());
        let best = run.min_by_key(|w| (rank(w.id), w.load_percent() / 10, w.places.len()));
        let Some(best) = best else {
            return Err(EngineError::ThreadStalled(EngineThread::Worker(WorkerId(0))).into());
        };
        let (load_percent, shed) = (best.load_percent(), rank(best.id));
        if load_percent >= limit_percent || shed > ShedLevel::FULL_QUALITY {
            return Err(SessionError::Overloaded { load_percent, limit_percent, shed }.into());
        }
        Ok(best.id)
    }
}
