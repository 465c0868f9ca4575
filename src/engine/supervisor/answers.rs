//! Control: how requests are answered.

use super::{After, Supervisor};
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{EngineError, Error};
use crate::types::{EngineThread, LegKey, SessionId, WorkerId};
use crate::worker::Outcome;

impl Supervisor {
    /// What to do after the last order of a request: note how long it took, and answer.
    pub(super) fn answer_after<T: Send + 'static>(&self, promise: Promise<T>, value: T) -> After {
        let submitted = self.submitted;
        Some(Box::new(move |s, receipt| {
            if receipt.outcome == Outcome::Lost {
                return promise.answer(Err(s.lost_answer()));
            }
            s.telemetry.record_command(receipt.at.nanos_since(submitted));
            promise.answer(Ok(value));
        }))
    }

    /// In place of an answer that a media thread owes; receipts are followed worker by worker.
    pub(super) fn lost_answer(&self) -> Error {
        let worker = WorkerId(self.telemetry.receipt_of() as u8);
        EngineError::ThreadStalled(EngineThread::Worker(worker)).into()
    }

    /// Where a session's leg is; else what becomes of the request that asks for it: refused, or taken up again on arrival.
    pub(super) fn place_of<T>(
        &self,
        id: SessionId,
        promise: &mut Option<Promise<T>>,
    ) -> Result<(WorkerId, LegKey), Step> {
        match self.leg_of(id) {
            Err(error) => Err(Self::refuse(promise, error)),
            Ok(None) => Err(Step::WaitFor(id)),
            Ok(Some(place)) => Ok(place),
        }
    }

    /// Fails a promise taken out of a request.
    pub(crate) fn refuse<T>(promise: &mut Option<Promise<T>>, error: impl Into<Error>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(Err(error.into()));
        }
        Step::Done
    }
}
