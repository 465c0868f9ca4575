//! Control: how requests are answered.

use super::{After, Supervisor};
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::Error;

impl Supervisor {
    /// What to do after the last order of a request: note how long it took, and answer.
    pub(super) fn answer_after<T: Send + 'static>(&self, promise: Promise<T>, value: T) -> After {
        let submitted = self.submitted;
        Some(Box::new(move |s, receipt| {
            s.telemetry.record_command(receipt.at.nanos_since(submitted));
            promise.answer(Ok(value));
        }))
    }

    /// Fails a promise taken out of a request.
    pub(crate) fn refuse<T>(promise: &mut Option<Promise<T>>, error: impl Into<Error>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(Err(error.into()));
        }
        Step::Done
    }
}
