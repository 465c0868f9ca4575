//! Control: why a session's audio broke, and how far it comes.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::Error;
use crate::quality::{Glitches, OneWay};
use crate::types::SessionId;
use crate::worker::{Outcome, Receipt, Verb};

impl Supervisor {
    /// The glitches of a session, also of one that is over as long as it is remembered.
    pub(crate) fn glitches(&mut self, id: SessionId, promise: &mut Option<Promise<Glitches>>) -> Step {
        let now = self.now;
        let of_ended = || self.telemetry.cell.directory.ended(id);
        let book = match self.sessions.get_mut(id) {
            Some(session) => {
                session.causes.holds_last(now);
                Ok(session.causes.book.clone())
            }
            None => of_ended().ok_or_else(|| self.session(id).err()),
        };
        match book {
            Ok(book) => Self::settle(promise, Ok::<_, Error>(book.open().glitches.clone())),
            Err(Some(error)) => Self::refuse(promise, error),
            Err(None) => Step::Done,
        }
    }

    /// How far its audio comes, each way.
    pub(crate) fn one_way(&mut self, id: SessionId, promise: &mut Option<Promise<OneWay>>) -> Step {
        let (worker, key) = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        let Some(promise) = promise.take() else { return Step::Done };
        // A thread that does not run is an answer, too.
        let after = move |s: &mut Self, receipt: Receipt| match (s.ways_of(id), receipt.outcome) {
            (Some(ways), _) => promise.answer(Ok(ways)),
            (None, Outcome::Lost) => promise.answer(Err(s.lost_answer())),
            (None, _) => promise.answer(Ok(OneWay::default())),
        };
        self.order(worker, Verb::Publish(key), Some(Box::new(after)));
        Step::Done
    }

    /// Whether glitches are told by events.
    pub(crate) fn set_glitch_events(&mut self, id: SessionId, on: bool, promise: &mut Option<Promise<()>>) -> Step {
        let set = self.session_mut(id).map(|session| session.causes.tells = on);
        Self::settle(promise, set)
    }
}
