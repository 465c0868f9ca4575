//! Control: a session takes another's place in a bridge, at one tick boundary: who stays is sent one continuous stream.
//!
//! Whoever comes from another worker moves first, and is decoded before it is heard; until then nothing has changed.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, SessionError};
use crate::types::{ConferenceId, LegKey, SessionId, WorkerId};
use crate::worker::Verb;

/// Where a session's place is that another takes.
enum Seat {
    /// In a bridge with that session.
    Bridge(SessionId),
    /// In that conference.
    Conference(ConferenceId),
}

/// Whether a session can take another's place now.
enum Ready {
    /// On that worker, with its leg there.
    At(WorkerId, LegKey, Seat),
    /// That one is on its way.
    Wait(SessionId),
}

/// How the parties of two bridges can become one.
enum Attended {
    /// All of them are on that worker; whose place is taken has its partner's leg there.
    Together { worker: WorkerId, key: LegKey, stays: SessionId, comes: SessionId },
    /// That one has to move first.
    Apart(SessionId),
    /// That one is on its way.
    Wait(SessionId),
}

impl Supervisor {
    /// `replacement` takes the place of `leaving`.
    pub(crate) fn transfer(
        &mut self,
        leaving: SessionId,
        replacement: SessionId,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Some(mover) = self.waits_for_others(&[leaving, replacement]) {
            return Step::WaitFor(mover);
        }
        match self.check_transfer(leaving, replacement) {
            Err(error) => {
                self.stand_down(replacement);
                Self::refuse(promise, error)
            }
            Ok(Ready::Wait(mover)) => self.wait_together(&[leaving, replacement], mover),
            Ok(Ready::At(worker, key, seat)) => {
                if !self.is_ready(replacement) {
                    return self.wait_together(&[leaving, replacement], replacement);
                }
                let after = self.promised(promise, ());
                self.in_one_tick(worker, |s| {
                    match seat {
                        Seat::Bridge(partner) => s.replace_in_bridge(partner, leaving, replacement),
                        Seat::Conference(room) => s.replace_in_room(room, leaving, (replacement, key)),
                    }
                    s.stand_down(replacement);
                    s.order(worker, Verb::Publish(key), after);
                });
                Step::Done
            }
        }
    }

    fn check_transfer(&mut self, leaving: SessionId, replacement: SessionId) -> Result<Ready, Error> {
        if leaving == replacement {
            return Err(SessionError::TransferToSelf(leaving).into());
        }
        let (Some((worker, _)), place) = (self.leg_of(leaving)?, self.leg_of(replacement)?) else {
            return Ok(Ready::Wait(leaving));
        };
        let Some((at, key)) = place else { return Ok(Ready::Wait(replacement)) };
        self.check_free(replacement)?;
        let seat = match self.session(leaving)?.state.connection {
            Some(Connection::Bridge(partner)) => Seat::Bridge(partner),
            Some(Connection::Conference(room)) => {
                self.check_seat(room, leaving, replacement)?;
                Seat::Conference(room)
            }
            Some(Connection::Monitor(_)) | None => return Err(SessionError::NotConnected(leaving).into()),
        };
        if at != worker {
            self.relocate(replacement, worker)?;
            return Ok(Ready::Wait(replacement));
        }
        Ok(Ready::At(worker, key, seat))
    }

    fn replace_in_bridge(&mut self, partner: SessionId, leaving: SessionId, replacement: SessionId) {
        self.disconnect_relays(leaving);
        self.end_monitors(&[leaving]);
        if !self.monitors_of(partner).is_empty() {
            self.stay_for_a_fade(leaving);
        }
        self.connect(leaving, None);
        self.connect(partner, Some(Connection::Bridge(replacement)));
        self.connect(replacement, Some(Connection::Bridge(partner)));
        self.send_bridge_routes(partner, replacement);
        self.clear_route(leaving);
        self.send_heard_routes(leaving);
        self.connect_relays(partner, replacement);
    }

    /// The partners of two bridged sessions are bridged, and those two are free. `comes`: the second one's partner, once its own
    /// bridge has ended as it has to move.
    pub(crate) fn attended_transfer(
        &mut self,
        first: SessionId,
        second: SessionId,
        comes: &mut Option<SessionId>,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Some(comes) = *comes {
            return self.transfer(first, comes, promise);
        }
        if let Some(mover) = self.waits_for_others(&[first, second]) {
            return Step::WaitFor(mover);
        }
        let found = match self.check_attended(first, second) {
            Err(error) => return Self::refuse(promise, error),
            Ok(found) => found,
        };
        match found {
            Attended::Wait(mover) => Step::WaitFor(mover),
            Attended::Together { stays, comes, .. } if !self.is_ready(comes) => {
                self.wait_together(&[first, second, stays, comes], comes)
            }
            Attended::Together { worker, key, stays, comes } => {
                let after = self.promised(promise, ());
                self.in_one_tick(worker, |s| {
                    s.end_bridge(second, comes);
                    s.replace_in_bridge(stays, first, comes);
                    s.stand_down(comes);
                    s.order(worker, Verb::Publish(key), after);
                });
                Step::Done
            }
            Attended::Apart(other) => {
                self.end_bridge(second, other);
                *comes = Some(other);
                self.transfer(first, other, promise)
            }
        }
    }

    fn check_attended(&self, first: SessionId, second: SessionId) -> Result<Attended, Error> {
        if first == second {
            return Err(SessionError::TransferToSelf(first).into());
        }
        let partner = |id: SessionId| match self.session(id)?.state.connection {
            Some(Connection::Bridge(partner)) => Ok(partner),
            _ => Err(SessionError::NotBridged(id)),
        };
        let (stays, comes) = (partner(first)?, partner(second)?);
        if stays == second {
            return Err(SessionError::Connected(second, Connection::Bridge(first)).into());
        }
        let (Some((worker, key)), place) = (self.leg_of(stays)?, self.leg_of(comes)?) else {
            return Ok(Attended::Wait(stays));
        };
        let Some((at, _)) = place else { return Ok(Attended::Wait(comes)) };
        if worker == at {
            return Ok(Attended::Together { worker, key, stays, comes });
        }
        // All that may keep it from moving, before its bridge ends for that.
        self.check_runs(worker)?;
        self.check_runs(at)?;
        self.workers.get(worker.as_usize()).map_or(Ok(()), |link| link.check_room())?;
        Ok(Attended::Apart(comes))
    }
}
