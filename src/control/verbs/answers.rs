//! Control: what every verb repeats: finding the leg, ordering, answering when the order was applied.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::{After, AfterPort, Supervisor};
use crate::error::{EngineError, Error};
use crate::types::{EngineThread, LegKey, SessionId, WorkerId};
use crate::worker::{Outcome, Receipt, Verb};

/// A leg: its worker and its place there.
pub(in crate::control) type LegPlace = (WorkerId, LegKey);

impl Supervisor {
    /// Answers at once.
    pub(in crate::control) fn settle<T>(promise: &mut Option<Promise<T>>, answer: Result<T, impl Into<Error>>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(answer.map_err(Into::into));
        }
        Step::Done
    }

    /// Fails a request.
    pub(crate) fn refuse<T>(promise: &mut Option<Promise<T>>, error: impl Into<Error>) -> Step {
        Self::settle(promise, Err(error))
    }

    /// Has `act` done with a session's leg, once that is at rest; it gets what answers with `value` after its last order.
    pub(in crate::control) fn on_leg<T: Send + 'static>(
        &mut self,
        id: SessionId,
        promise: &mut Option<Promise<T>>,
        value: T,
        act: impl FnOnce(&mut Self, WorkerId, LegKey, After),
    ) -> Step {
        match self.leg_of(id) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, key))) => {
                let after = self.promised(promise, value);
                act(self, worker, key, after);
                Step::Done
            }
        }
    }

    /// Ends a verb whose orders are out, or that waits for a leg, or that is refused: answers when what was ordered of that
    /// leg has been applied.
    pub(in crate::control) fn answer_when_applied(
        &mut self,
        id: SessionId,
        promise: &mut Option<Promise<()>>,
        ordered: Result<Option<LegPlace>, Error>,
    ) -> Step {
        match ordered {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, key))) => {
                let after = self.promised(promise, ());
                self.order(worker, Verb::Publish(key), after);
                Step::Done
            }
        }
    }

    /// Reads what a leg counts, as of the next tick.
    pub(in crate::control) fn read_of_leg<T: Send + 'static>(
        &mut self,
        id: SessionId,
        promise: &mut Option<Promise<T>>,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Step {
        let (worker, key) = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        let Some(promise) = promise.take() else { return Step::Done };
        let after = move |s: &mut Self, receipt: Receipt| match receipt.outcome {
            Outcome::Lost => promise.answer(Err(s.lost_answer())),
            _ => promise.answer(Ok(read())),
        };
        self.order(worker, Verb::Publish(key), Some(Box::new(after)));
        Step::Done
    }

    /// What to do after the last order of a request: note how long it took, and answer. `None` if nobody waits.
    pub(in crate::control) fn promised<T: Send + 'static>(&self, promise: &mut Option<Promise<T>>, value: T) -> After {
        let (promise, submitted) = (promise.take()?, self.submitted);
        Some(Box::new(move |s, receipt| {
            if receipt.outcome == Outcome::Lost {
                return promise.answer(Err(s.lost_answer()));
            }
            s.telemetry.record_command(receipt.at.nanos_since(submitted));
            promise.answer(Ok(value));
        }))
    }

    /// What to do after the order to a port that a request ends with.
    pub(in crate::control) fn promised_by_port(promise: &mut Option<Promise<()>>) -> AfterPort {
        let mut promise = promise.take();
        Self::after_port(move |s| {
            if let Some(promise) = promise.take() {
                promise.answer(s.port_answer());
            }
        })
    }

    /// In place of an answer that a media thread owes; receipts are followed worker by worker.
    pub(in crate::control) fn lost_answer(&self) -> Error {
        let worker = WorkerId(self.telemetry.receipt_of() as u8);
        EngineError::ThreadStalled(EngineThread::Worker(worker)).into()
    }
}
