//! Control: the watch: a thread that does not run any more is told of (event, log, gauge, health), gets nothing new, and who
//! waits for it is answered.
//!
//! A media thread is looked at by its ticks, an I/O thread by its receipts: one that has nothing to do is asked for one each
//! half second. Only time counts in which the supervisor ran itself. A thread that comes back goes on where it was: what it
//! was ordered meanwhile is applied in order.

use crate::control::links::worker::Owner;
use crate::control::records::session::Place;
use crate::control::records::watch::io_thread;
use crate::control::supervisor::Supervisor;
use crate::telemetry::health::ThreadState;

use crate::error::{EngineError, Error};
use crate::session::EventKind;
use crate::transport::PortVerb;
use crate::types::{BindingKey, EngineThread, LegKey, PortId, SessionId, WorkerId};
use std::time::Duration;

/// After so long an idle I/O thread is asked for a sign of life.
const ASKED_AFTER: Duration = Duration::from_millis(500);

impl Supervisor {
    pub(in crate::control) fn watch_threads(&mut self) {
        let passed = self.watch.look(self.now);
        self.telemetry.cell.health.beat(self.now);
        for index in 0..self.workers.len() {
            let link = &mut self.workers[index];
            let thread = EngineThread::Worker(link.id);
            let changed = link.look(passed);
            self.telemetry.cell.health.note(thread, link.pulse());
            if let Some(state) = changed {
                link.give_up_answers();
                self.thread_changed(thread, state);
            }
        }
        for index in 0..self.ports.len() {
            let Some(control) = self.ports[index].as_mut().filter(|control| control.io) else { continue };
            let thread = io_thread(PortId(index as u8));
            let ask = !control.busy() && control.pulse().silent >= ASKED_AFTER;
            let changed = control.look(passed);
            self.telemetry.cell.health.note(thread, control.pulse());
            if ask {
                // A binding that never was: nothing is done, and that is answered.
                let nobody = BindingKey { index: u32::MAX, generation: 0 };
                let leg = LegKey { index: 0, generation: 0 };
                self.port_order(PortId(index as u8), nobody, PortVerb::Flip { worker: WorkerId(0), leg }, None);
            }
            if let Some(state) = changed {
                self.thread_changed(thread, state);
            }
        }
    }

    fn thread_changed(&mut self, thread: EngineThread, state: ThreadState) {
        let (kind, of_session) = match state {
            ThreadState::Running => (EventKind::ThreadResumed(thread), EventKind::MediaRestored(thread)),
            ThreadState::Stalled => (EventKind::ThreadStalled(thread), EventKind::MediaInterrupted(thread)),
            ThreadState::Ended => (EventKind::ThreadEnded(thread), EventKind::MediaInterrupted(thread)),
        };
        let carried = |key: &SessionId| self.sessions.get(*key).is_some_and(|session| session.is_carried_by(thread));
        let sessions: Vec<SessionId> = self.sessions.keys().filter(carried).collect();
        match state {
            ThreadState::Running => log::warn!("{thread} runs again, with {} sessions", sessions.len()),
            _ => log::error!(
                "{thread} does not run any more: its {} sessions are silent, and it gets no new ones; as a rule a codec or \
                 stage of the embedder's hangs in it",
                sessions.len()
            ),
        }
        self.tell_all(kind);
        for session in sessions {
            self.tell(session, of_session);
        }
    }

    /// Whether a worker can be asked for anything.
    pub(in crate::control) fn check_runs(&self, worker: WorkerId) -> Result<(), Error> {
        match self.workers.get(worker.as_usize()) {
            Some(link) if !link.runs() => Err(EngineError::ThreadStalled(EngineThread::Worker(worker)).into()),
            _ => Ok(()),
        }
    }

    /// Whether the I/O thread of a port can be.
    pub(in crate::control) fn check_carried(&self, port: PortId) -> Result<(), Error> {
        match self.ports.get(port.as_usize()) {
            Some(Some(control)) if control.io && !control.runs() => {
                Err(EngineError::ThreadStalled(io_thread(port)).into())
            }
            _ => Ok(()),
        }
    }

    /// What a request is answered with after its order to a port.
    pub(in crate::control) fn port_answer(&self) -> Result<(), Error> {
        self.watch.answering.map_or(Ok(()), |thread| Err(EngineError::ThreadStalled(thread).into()))
    }

    /// A leg that was to leave a thread which does not run: it stays there, silent, until its session is destroyed.
    pub(in crate::control) fn strand(
        &mut self,
        id: SessionId,
        (from, old): (WorkerId, LegKey),
        new: (WorkerId, LegKey),
    ) {
        self.workers[new.0.as_usize()].places.remove(new.1);
        if let Some(owner) = self.workers[from.as_usize()].places.get_mut(old) {
            *owner = Owner::Session(id);
        }
        // Should the thread come back it has let the leg go by then.
        self.order(from, crate::worker::Verb::Forget(old), None);
        let Ok(session) = self.session_mut(id) else { return };
        session.place = Place::At(from, old);
        session.state.parked = true;
        self.release_waiting(id);
        self.tell(id, EventKind::MediaInterrupted(EngineThread::Worker(from)));
    }
}
