//! Control: how much quality each worker sheds.

use crate::config::Plan;
use crate::rt::shed::{ShedChange, ShedLevel, Shedder, Thresholds};
use crate::types::{MediaTime, WorkerId};
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const LOOKS_DOWN: u16 = 3;
const LOOKS_UP: u16 = 20;

/// One shedder a worker; none where shedding is switched off.
#[derive(Debug)]
pub(crate) struct Shedding {
    workers: Vec<Option<Shedder>>,
    next: MediaTime,
}

impl Shedding {
    pub(crate) fn new(workers: usize, plan: &Plan) -> Self {
        let shedder = plan.config.shed_load_percent.and_then(|percent| {
            let enter = percent as f32 / 100.0;
            let thresholds =
                Thresholds { enter, leave: enter * 2.0 / 3.0, enter_after: LOOKS_DOWN, leave_after: LOOKS_UP };
            Shedder::new(thresholds, ShedLevel::DEEPEST.steps())
        });
        Self { workers: vec![shedder; workers], next: MediaTime::ZERO }
    }

    /// How much a worker sheds, or is ordered to.
    pub(crate) fn level(&self, worker: WorkerId) -> ShedLevel {
        let shedder = self.workers.get(worker.as_usize()).and_then(Option::as_ref);
        shedder.map_or(ShedLevel::FULL_QUALITY, |shedder| ShedLevel::new(shedder.level()))
    }

    /// The most that any worker sheds.
    pub(crate) fn deepest(&self) -> ShedLevel {
        let levels = self.workers.iter().flatten().map(|shedder| ShedLevel::new(shedder.level()));
        levels.max().unwrap_or_default()
    }

    /// Whether it is time for another look.
    pub(crate) fn is_due(&mut self, now: MediaTime) -> bool {
        let due = now >= self.next;
        if due {
            self.next = now + LOOK_EVERY;
        }
        due
    }

    /// A worker's load at a look; the change that follows from it.
    pub(crate) fn look(&mut self, worker: usize, load: f32) -> Option<ShedChange> {
        self.workers.get_mut(worker)?.as_mut()?.update(load)
    }
}
