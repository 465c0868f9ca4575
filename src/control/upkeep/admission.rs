//! Control: which media thread takes a newcomer, and when none does.
//!
//! What counts is the load that a thread will have when those who joined within the last second are heard, with that of the
//! I/O threads on its core: a node of one core is full when both together fill it.

use crate::control::links::worker::WorkerLink;
use crate::control::supervisor::{Port, Supervisor};
use crate::error::{EngineError, Error, SessionError};
use crate::rt::shed::ShedLevel;
use crate::types::{EngineThread, PortId, WorkerId};

impl Supervisor {
    /// How many percent of its core a worker, and the I/O threads there, will have to do.
    pub(in crate::control) fn expected_load_percent<A>(&self, worker: &WorkerLink<A>) -> u32 {
        let core = self.telemetry.privileges.get(worker.id.as_usize()).and_then(|(core, _)| *core);
        worker.load_percent() + percent(worker.load_to_come(self.now) + self.telemetry.io.on_core(core))
    }

    /// The worker with the least to do, of those that shed nothing.
    ///
    /// # Errors
    /// [`SessionError::Overloaded`] if even that one is beyond the limit, [`EngineError::ThreadStalled`] if none runs.
    pub(in crate::control) fn least_loaded(&self) -> Result<WorkerId, Error> {
        let limit_percent = self.plan.config.load_limit_percent;
        let rank = |id| self.shedding.level(id);
        let run = self.workers.iter().filter(|w| w.runs());
        let best = run.min_by_key(|w| (rank(w.id), self.expected_load_percent(w) / 10, w.places.len()));
        let Some(best) = best else {
            return Err(EngineError::ThreadStalled(EngineThread::Worker(WorkerId(0))).into());
        };
        let (load_percent, shed) = (self.expected_load_percent(best), rank(best.id));
        if load_percent >= limit_percent || shed > ShedLevel::FULL_QUALITY {
            return Err(SessionError::Overloaded { load_percent, limit_percent, shed }.into());
        }
        Ok(best.id)
    }

    /// Whether an I/O thread has the time for one more session.
    ///
    /// # Errors
    /// [`SessionError::IoOverloaded`] if not.
    pub(in crate::control) fn check_io_load(&self, port: PortId) -> Result<(), SessionError> {
        let (thread, limit_percent) = (port.0.saturating_sub(1), self.plan.config.load_limit_percent);
        let Some(Some(control)) = self.ports.get(port.as_usize()) else { return Ok(()) };
        let load_percent = self.expected_io_load_percent(thread, control);
        match load_percent < limit_percent {
            true => Ok(()),
            false => Err(SessionError::IoOverloaded { thread, load_percent, limit_percent }),
        }
    }

    /// How many percent of a core each I/O thread that runs will have to do.
    pub(in crate::control) fn io_load_percent(&self) -> Vec<u32> {
        let ports = self.ports.iter().enumerate().filter_map(|(index, port)| Some((index, port.as_ref()?)));
        let own = ports.filter(|(_, port)| port.io && port.runs());
        own.map(|(index, port)| self.expected_io_load_percent(index.saturating_sub(1) as u8, port)).collect()
    }

    fn expected_io_load_percent(&self, thread: u8, port: &Port) -> u32 {
        let load = self.telemetry.io.of(thread.into());
        percent(load + port.newcomers.load_to_come(load, port.bindings.len(), self.now))
    }
}

fn percent(load: f32) -> u32 {
    (100.0 * load) as u32
}
