//! Control: a leg moves to another worker without losing a packet.
//!
//! Home by receipt with its waiting payloads, out by the next order. Until the port has turned its table, packets
//! still reach the old worker and are sent on from there; only then is the old place forgotten, after one more tick of
//! that worker has drained its ring.

use crate::control::links::worker::Owner;
use crate::control::records::session::Place;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, SessionError};
use crate::flight::Recipe;
use crate::rt::Parcel;
use crate::session::EventKind;
use crate::transport::PortVerb;
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::{Cargo, Leg, Verb};

impl Supervisor {
    /// Moves an unconnected session, on request.
    pub(crate) fn move_to(&mut self, id: SessionId, to: WorkerId, promise: &mut Option<Promise<()>>) -> Step {
        if let Some(mover) = self.waits_behind(id) {
            return Step::WaitFor(mover);
        }
        match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some((at, key))) if at == to => {
                return self.answer_when_applied(id, promise, Ok(Some((at, key))));
            }
            Ok(Some(_)) => {}
        }
        match self.check_free(id).map_err(Error::from).and_then(|()| self.relocate(id, to)) {
            Err(error) => Self::refuse(promise, error),
            // Carried out again on arrival, and answered then.
            Ok(()) => Step::WaitFor(id),
        }
    }

    /// Sends a session's leg on its way. Its taps come along.
    pub(in crate::control) fn relocate(&mut self, id: SessionId, to: WorkerId) -> Result<(), Error> {
        let workers = self.workers.len();
        let link = self.workers.get_mut(to.as_usize()).ok_or(SessionError::UnknownWorker(to, workers))?;
        let limit = link.places.limit();
        let full = SessionError::Capacity { what: "legs of a worker", limit, field: "max_sessions" };
        let Some((from, old)) = self.leg_of(id)? else { return Ok(()) };
        self.check_runs(from)?;
        self.check_runs(to)?;
        let link = &mut self.workers[to.as_usize()];
        let new = link.places.insert_with(|_| Owner::Session(id)).ok_or(full)?;
        link.newcomers.join(self.now);
        self.lift_taps(id);
        if let Some(owner) = self.workers[from.as_usize()].places.get_mut(old) {
            *owner = Owner::Departed(id);
        }
        let session = self.session_mut(id)?;
        session.place = Place::Moving;
        // Who hears it in a room that it left hears it fade.
        let fades = session.connecting.fades;
        let after = move |s: &mut Self, receipt: crate::worker::Receipt| match receipt.cargo {
            Cargo::Leg(leg) => s.send_on(id, (from, old), (to, new), leg),
            _ => s.strand(id, (from, old), (to, new)),
        };
        let depart = move |s: &mut Self| s.order(from, Verb::Depart(old), Some(Box::new(after)));
        match fades {
            true => self.order(from, Verb::Publish(old), Self::then(depart)),
            false => depart(self),
        }
        Ok(())
    }

    fn send_on(&mut self, id: SessionId, old: (WorkerId, LegKey), new: (WorkerId, LegKey), leg: Parcel<Leg>) {
        let after = Self::then(move |s| s.arrived(id, old, new));
        self.flight.describe(|| Recipe::Arrive { key: new.1, from: old });
        self.order(new.0, Verb::Arrive(new.1, leg), after);
    }

    fn arrived(&mut self, id: SessionId, old: (WorkerId, LegKey), new: (WorkerId, LegKey)) {
        let port = match self.session_mut(id) {
            Ok(session) => {
                session.place = Place::At(new.0, new.1);
                session.port
            }
            Err(_) => None,
        };
        self.forward_misrouted();
        self.resend_taps(id);
        self.fit_processing(id);
        self.telemetry.cell.directory.moved(id, new.0);
        self.tell(id, EventKind::Moved(new.0));
        match port {
            Some((port, binding)) => {
                let flip = PortVerb::Flip { worker: new.0, leg: new.1 };
                self.port_order(port, binding, flip, Self::after_port(move |s| s.forget_after_a_tick(old)));
            }
            None => self.forget_after_a_tick(old),
        }
        self.release_waiting(id);
    }

    /// The port sends to the new place from now on; what it sent to the old one before is drained by the tick that
    /// applies the first order, so the second may forget the place.
    fn forget_after_a_tick(&mut self, (worker, old): (WorkerId, LegKey)) {
        let forget = Self::then(move |s| {
            let done = Self::then(move |s| {
                s.forward_misrouted();
                s.workers[worker.as_usize()].places.remove(old);
            });
            s.order(worker, Verb::Forget(old), done);
        });
        self.order(worker, Verb::Publish(old), forget);
    }
}
