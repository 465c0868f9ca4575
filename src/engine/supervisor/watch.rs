//! Control: the watch: a thread that does not run any more is told of (event, log, gauge, health), gets nothing new, and who
//! waits for it is answered.
//!
//! A media thread is looked at by its ticks, an I/O thread by its receipts: one that has nothing to do is asked for one each
//! half second. Only time counts in which the supervisor ran itself. A thread that comes back goes on where it was: what it
//! was ordered meanwhile is applied in order.

use super::Supervisor;
use super::session::{Place, Session};
use crate::engine::health::ThreadState;
use crate::error::{EngineError, Error};
use crate::integration::PortVerb;
use crate::session::{EventKind, MediaEvent};
use crate::types::{BindingKey, EngineThread, LegKey, MediaTime, PortId, SessionId, WorkerId};
use std::time::Duration;

/// No more than this passes between two looks; what is beyond it the supervisor was not there.
const LOOKS_AT_MOST: Duration = Duration::from_millis(100);
/// After so long an idle I/O thread is asked for a sign of life.
const ASKED_AFTER: Duration = Duration::from_millis(500);

/// What the watch knows.
#[derive(Debug, Default)]
pub(super) struct Watch {
    looked: MediaTime,
    /// The thread in whose place a request is answered just now.
    pub(super) answering: Option<EngineThread>,
}

impl Supervisor {
    pub(super) fn watch_threads(&mut self) {
        let passed = (self.now - std::mem::replace(&mut self.watch.looked, self.now)).min(LOOKS_AT_MOST);
        self.telemetry.cell.health.beat(self.now);
        for index in 0..self.workers.len() {
            let link = &mut self.workers[index];
            let thread = EngineThread::Worker(link.id);
            let changed = link.look(passed);
            self.telemetry.cell.health.note(thread, &link.pulse);
            if let Some(state) = changed {
                link.give_up_answers();
                self.thread_changed(thread, state);
            }
        }
        for index in 0..self.ports.len() {
            let Some(control) = self.ports[index].as_mut().filter(|control| control.io) else { continue };
            let thread = io_thread(PortId(index as u8));
            let ask = !control.busy() && control.pulse.silent >= ASKED_AFTER;
            let changed = control.pulse.look(control.answers, passed, false);
            self.telemetry.cell.health.note(thread, &control.pulse);
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
        self.subscribers.send(&MediaEvent { at: self.now, session: None, kind });
        for session in sessions {
            self.tell(session, of_session);
        }
    }

    /// Whether a worker can be asked for anything.
    pub(super) fn check_runs(&self, worker: WorkerId) -> Result<(), Error> {
        match self.workers.get(worker.as_usize()) {
            Some(link) if !link.pulse.runs() => Err(EngineError::ThreadStalled(EngineThread::Worker(worker)).into()),
            _ => Ok(()),
        }
    }

    /// Whether the I/O thread of a port can be.
    pub(super) fn check_carried(&self, port: PortId) -> Result<(), Error> {
        match self.ports.get(port.as_usize()) {
            Some(Some(control)) if control.io && !control.pulse.runs() => {
                Err(EngineError::ThreadStalled(io_thread(port)).into())
            }
            _ => Ok(()),
        }
    }

    /// What a request is answered with after its order to a port.
    pub(super) fn port_answer(&self) -> Result<(), Error> {
        self.watch.answering.map_or(Ok(()), |thread| Err(EngineError::ThreadStalled(thread).into()))
    }

    /// A leg that was to leave a thread which does not run: it stays there, silent, until its session is destroyed.
    pub(super) fn strand(&mut self, id: SessionId, (from, old): (WorkerId, LegKey), new: (WorkerId, LegKey)) {
        self.workers[new.0.as_usize()].places.remove(new.1);
        if let Some(owner) = self.workers[from.as_usize()].places.get_mut(old) {
            *owner = super::links::Owner::Session(id);
        }
        // Should the thread come back it has let the leg go by then.
        self.order(from, crate::worker::Verb::Forget(old), None);
        let Ok(session) = self.session_mut(id) else { return };
        session.place = Place::At(from, old);
        session.state.parked = true;
        let waiting = std::mem::take(&mut session.waiting);
        self.ready.extend(waiting);
        self.tell(id, EventKind::MediaInterrupted(EngineThread::Worker(from)));
    }
}

impl Session {
    fn is_carried_by(&self, thread: EngineThread) -> bool {
        match thread {
            EngineThread::Worker(worker) => {
                matches!(self.place, Place::At(at, _) if at == worker) && !self.state.parked
            }
            EngineThread::Io(_) => {
                let relays = self.relays.iter().filter_map(|relay| relay.place);
                self.port.into_iter().chain(relays).any(|(port, _)| io_thread(port) == thread)
            }
            EngineThread::Supervisor => true,
        }
    }
}

/// The I/O thread of a port: theirs are the first, after the supervisor's own.
pub(super) fn io_thread(port: PortId) -> EngineThread {
    EngineThread::Io(port.0.saturating_sub(1))
}
