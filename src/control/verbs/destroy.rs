//! Control: a session ends: its connections first, then its leg, its binding and its port; what comes home is freed.

use crate::control::records::session::Place;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::session::{CollectEnd, EventKind, SessionStatistics};
use crate::types::SessionId;
use crate::worker::{Outcome, Receipt, Verb};

impl Supervisor {
    pub(crate) fn destroy(&mut self, id: SessionId, promise: &mut Option<Promise<SessionStatistics>>) -> Step {
        if let Some(mover) = self.waits_behind(id) {
            return Step::WaitFor(mover);
        }
        let (worker, key) = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        self.disconnect(id);
        self.end_recordings_of(id);
        self.end_taps(id);
        self.end_collection(id, CollectEnd::SessionEnded);
        self.end_player(id);
        let Some(mut session) = self.sessions.remove(id) else { return Step::Done };
        self.dialogs.remove(&session.dialog);
        self.telemetry.cell.directory.remove(id);
        self.log_limit.forget(id);
        self.hairpins.forget(id, session.numbers.0);
        #[cfg(feature = "dtls")]
        self.end_handshake(id, session.handshake.as_deref());
        self.release_waiting(id);
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
        // Who hears it in a room hears it fade.
        let fades = session.connecting.fades;
        let remove = move |s: &mut Self| s.order(worker, Verb::Remove(key), Some(Box::new(after)));
        match fades {
            true => self.order(worker, Verb::Publish(key), Self::then(remove)),
            false => remove(self),
        }
        Step::Done
    }

    /// Ends whatever bridge or conference a session is in.
    pub(in crate::control) fn disconnect(&mut self, id: SessionId) {
        match self.session(id).ok().and_then(|s| s.state.connection) {
            Some(Connection::Bridge(other)) => self.end_bridge(id, other),
            Some(Connection::Monitor(_)) => self.leave_call(id),
            Some(Connection::Conference(room)) => self.leave_room(room, id),
            None => {}
        }
    }

    /// Silences a session's output.
    pub(in crate::control) fn clear_route(&mut self, id: SessionId) {
        if let Some(Place::At(worker, key)) = self.session(id).ok().map(|s| s.place) {
            self.order(worker, Verb::ClearRoute(key), None);
        }
    }
}
