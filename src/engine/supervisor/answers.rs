//! Control: how requests are answered.

use super::{After, Supervisor};
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{EngineError, Error};
use crate::types::{EngineThread, WorkerId};
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

    /// Fails a promise taken out of a request.
    pub(crate) fn refuse<T>(promise: &mut Option<Promise<T>>, error: impl Into<Error>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(Err(error.into()));
        }
        Step::Done
    }
}
