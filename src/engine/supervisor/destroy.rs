//! Control: a session ends: its connections first, then its leg, its binding and its port; what comes home is freed.

use super::Supervisor;
use super::session::Place;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::Occupation;
use crate::session::{EventKind, SessionStatistics};
use crate::types::SessionId;
use crate::worker::{Outcome, Receipt, Verb};

impl Supervisor {
    pub(crate) fn destroy(&mut self, id: SessionId, promise: &mut Option<Promise<SessionStatistics>>) -> Step {
        if let Some(mover) = self.waits_behind(id) {
            return Step::WaitFor(mover);
        }
        let (worker, key) = match self.place_of(id, promise) {
            Ok(place) => place,
            Err(step) => return step,
        };
        self.disconnect(id);
        self.end_taps(id);
        let Some(mut session) = self.sessions.remove(id) else { return Step::Done };
        self.dialogs.remove(&session.dialog);
        self.telemetry.cell.directory.strike(id);
        self.log_limit.forget(id);
        self.hairpins.forget(id, session.numbers.0);
        self.ready.extend(session.waiting.drain(..));
        if let Some((port, binding)) = session.port {
            self.unbind(port, binding);
        }
        self.end_relays(std::mem::take(&mut session.relays));
        self.tell_named(id, session.dialog.clone(), EventKind::Destroyed);
        let submitted = self.submitted;
        let mut promise = promise.take();
        let after = move |s: &mut Self, receipt: Receipt| {
            if let Some(link) = s.workers.get_mut(worker.as_usize()) {
                link.places.remove(key);
            }
            if receipt.outcome != Outcome::Lost {
                s.telemetry.record_command(receipt.at.nanos_since(submitted));
            }
            // The leg published its counters as it was taken out; it is freed with the receipt.
            let last = SessionStatistics::read(&session.gauges);
            if let Some(promise) = promise.take() {
                promise.answer(Ok(last));
            }
        };
        self.order(worker, Verb::Remove(key), Some(Box::new(after)));
        Step::Done
    }

    /// Ends whatever bridge or conference a session is in.
    pub(super) fn disconnect(&mut self, id: SessionId) {
        match self.session(id).ok().and_then(|s| s.state.occupation) {
            Some(Occupation::Bridge(other)) => self.end_bridge(id, other),
            Some(Occupation::Conference(room)) => self.leave_room(room, id),
            None => {}
        }
    }

    /// Silences a session's output.
    pub(super) fn clear_route(&mut self, id: SessionId) {
        if let Some(Place::At(worker, key)) = self.session(id).ok().map(|s| s.place) {
            self.order(worker, Verb::ClearRoute(key), None);
        }
    }
}
