//! Control: the answer to a request: wait for it with a timeout, poll it, or await it in any runtime.

use crate::error::{EngineError, Error};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

#[derive(Debug)]
enum State<T> {
    Open(Option<Waker>),
    Answered(Result<T, Error>),
    Taken,
}

#[derive(Debug)]
struct Shared<T> {
    state: Mutex<State<T>>,
    answered: Condvar,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer to a request to the engine. Dropping it does not take the request back.
#[derive(Debug)]
#[must_use = "a request is carried out either way, but its failure would go unseen: wait(), await or poll it"]
pub struct Pending<T> {
    shared: Arc<Shared<T>>,
    timeout: Duration,
}

/// The engine's end of a [`Pending`]. Dropped unanswered, it answers [`EngineError::Stopped`].
#[derive(Debug)]
pub(crate) struct Promise<T>(Option<Arc<Shared<T>>>);

/// Makes both ends; [`Pending::wait`] waits `timeout` at most.
pub(crate) fn promise<T>(timeout: Duration) -> (Promise<T>, Pending<T>) {
    let shared = Arc::new(Shared { state: Mutex::new(State::Open(None)), answered: Condvar::new() });
    (Promise(Some(shared.clone())), Pending { shared, timeout })
}

impl<T> Promise<T> {
    pub(crate) fn answer(mut self, answer: Result<T, Error>) {
        self.settle(answer);
    }

    fn settle(&mut self, answer: Result<T, Error>) {
        let Some(shared) = self.0.take() else { return };
        let before = std::mem::replace(&mut *shared.lock(), State::Answered(answer));
        shared.answered.notify_all();
        if let State::Open(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.settle(Err(EngineError::Stopped.into()));
    }
}

impl<T> Pending<T> {
    /// Waits for the answer, at most as long as the engine's `request_timeout` says.
    ///
    /// # Errors
    /// What the request failed with, or [`EngineError::TimedOut`].
    pub fn wait(self) -> Result<T, Error> {
        let timeout = self.timeout;
        self.wait_for(timeout)
    }

    /// Waits for the answer, at most `timeout`.
    ///
    /// # Errors
    /// What the request failed with, or [`EngineError::TimedOut`].
    pub fn wait_for(self, timeout: Duration) -> Result<T, Error> {
        let deadline = Instant::now() + timeout;
        let mut state = self.shared.lock();
        loop {
            match std::mem::replace(&mut *state, State::Taken) {
                State::Answered(answer) => return answer,
                open => *state = open,
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(EngineError::TimedOut.into());
            }
            state = self.shared.answered.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The answer, if it is there.
    pub fn poll_now(&mut self) -> Option<Result<T, Error>> {
        let mut state = self.shared.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Answered(answer) => Some(answer),
            open => {
                *state = open;
                None
            }
        }
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.shared.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Answered(answer) => Poll::Ready(answer),
            State::Open(_) => {
                *state = State::Open(Some(cx.waker().clone()));
                Poll::Pending
            }
            State::Taken => Poll::Pending,
        }
    }
}
