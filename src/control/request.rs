//! Control: a request on its way from a handle to whoever carries it out, and the answer on its way back.
//!
//! Nothing in here knows the supervisor: a request is generic over what it is carried out on.

pub(crate) mod pending;
pub(crate) mod queue;
pub(crate) mod unanswered;

use crate::error::EngineError;
use crate::rt::contain::contained;
use crate::types::{MediaTime, SessionId};
use pending::Promise;
use queue::Quota;

/// Whether a request is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Answered, or to be answered by a receipt.
    Done,
    /// To be carried out again when that session's leg has arrived at its new place.
    WaitFor(SessionId),
}

/// What a request asks for.
pub(crate) trait Task<S>: Send {
    /// Does it, again if it had to wait.
    fn carry_out(&mut self, on: &mut S) -> Step;
    /// Answers that it is not done.
    fn refuse(&mut self, why: EngineError);
}

/// A request to `S`. Dropped unanswered, it answers that the engine has stopped.
pub(crate) struct Request<S> {
    /// When it was made.
    pub(crate) submitted: MediaTime,
    /// How much room it may take wherever it waits.
    pub(crate) quota: Quota,
    task: Box<dyn Task<S>>,
}

impl<S: 'static> Request<S> {
    /// A request that owes an answer: `run` is called with the promise.
    pub(crate) fn asking<T: Send + 'static>(
        submitted: MediaTime,
        promise: Promise<T>,
        run: impl FnMut(&mut S, &mut Option<Promise<T>>) -> Step + Send + 'static,
    ) -> Self {
        let task = Box::new(Asking { promise: Some(promise), run });
        Self { submitted, quota: Quota::Shared, task }
    }

    /// A request of the engine's own that nobody waits for.
    pub(crate) fn telling(submitted: MediaTime, run: impl FnMut(&mut S) -> Step + Send + 'static) -> Self {
        Self { submitted, quota: Quota::Own, task: Box::new(Telling(run)) }
    }

    /// Does it, again if it had to wait.
    pub(crate) fn carry_out(&mut self, on: &mut S) -> Step {
        self.task.carry_out(on)
    }

    /// Answers that it is not done.
    pub(crate) fn refuse(&mut self, why: EngineError) -> Step {
        self.task.refuse(why);
        Step::Done
    }
}

struct Asking<T, F> {
    promise: Option<Promise<T>>,
    run: F,
}

impl<S, T: Send, F: FnMut(&mut S, &mut Option<Promise<T>>) -> Step + Send> Task<S> for Asking<T, F> {
    fn carry_out(&mut self, on: &mut S) -> Step {
        // Factories of the embedder's run in here.
        let done = contained("the embedder's code in a request", || (self.run)(on, &mut self.promise));
        done.unwrap_or_else(|| {
            Task::<S>::refuse(self, EngineError::Panicked);
            Step::Done
        })
    }

    fn refuse(&mut self, why: EngineError) {
        if let Some(promise) = self.promise.take() {
            promise.answer(Err(why.into()));
        }
    }
}

struct Telling<F>(F);

impl<S, F: FnMut(&mut S) -> Step + Send> Task<S> for Telling<F> {
    fn carry_out(&mut self, on: &mut S) -> Step {
        (self.0)(on)
    }

    fn refuse(&mut self, _: EngineError) {}
}
