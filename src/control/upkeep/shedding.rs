//! Control: overload: as the load of a worker rises, new sessions are refused first; beyond a second limit quality is shed
//! step by step, and given back step by step when the load has fallen for a while.
//!
//! Looked at twice a second. A step down is taken when the load was over `shed_load_percent` at three looks running (so
//! that a step shows in the mean of the last second before the next is taken), one back up
//! when it was under two thirds of that at twenty (10 s). Each step is an order to the worker, and an event when the
//! worker has applied it. While a worker sheds, it gets no new sessions, however little load is left by that.

use crate::control::supervisor::Supervisor;
use crate::rt::shed::{ShedChange, ShedLevel};
use crate::session::EventKind;
use crate::types::WorkerId;
use crate::worker::Verb;

impl Supervisor {
    pub(in crate::control) fn shed_load(&mut self) {
        if self.stopping.begun || !self.shedding.is_due(self.now) {
            return;
        }
        for index in 0..self.workers.len() {
            if !self.workers[index].runs() {
                continue;
            }
            let load = self.workers[index].timing.load().now;
            let Some(change) = self.shedding.look(index, load) else { continue };
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
            let told = Self::then(move |s| s.tell_all(kind));
            self.order(worker, Verb::Shed(level), told);
            self.fit_processing_on(worker);
        }
    }
}
