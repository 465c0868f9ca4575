//! Control: the answer to a request: wait for it with a timeout, poll it, or await it in any runtime.

use crate::error::{EngineError, Error};
use crate::rt::contain::contained;
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

impl<T> State<T> {
    /// The answer, or that it is gone; `None` while there is none yet.
    fn take(&mut self) -> Option<Result<T, Error>> {
        match std::mem::replace(self, Self::Taken) {
            Self::Answered(answer) => Some(answer),
            Self::Taken => Some(Err(EngineError::AnswerTaken.into())),
            open @ Self::Open(_) => {
                *self = open;
                None
            }
        }
    }
}

/// What both ends have in common.
#[derive(Debug)]
pub(super) struct Shared<T> {
    state: Mutex<State<T>>,
    answered: Condvar,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the answer, if none was given.
    pub(super) fn answer(&self, answer: Result<T, Error>) {
        let mut state = self.lock();
        let State::Open(waker) = &mut *state else { return drop(state) };
        let waker = waker.take();
        *state = State::Answered(answer);
        drop(state);
        self.answered.notify_all();
        if let Some(waker) = waker {
            // The waker is of the embedder's runtime.
            contained("the waker of a Pending", || waker.wake());
        }
    }
}

/// The answer to a request to the engine. Dropping it does not take the request back.
///
/// Each request is answered: with its value, with an error, or with [`EngineError::Stopped`] once the engine has ended,
/// however it did. The answer is given once: whoever asks again after it was taken by [`poll_now`](Self::poll_now) or as a
/// future gets [`EngineError::AnswerTaken`].
///
/// ```
/// use media_core::{MediaEngineConfig, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let mut pending = engine.handle().get_media_capabilities();
/// while pending.poll_now().is_none() {
///     engine.tick(); // on real threads: pending.wait(), or pending.await
/// }
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a request is carried out either way, but its failure would go unseen: wait(), await or poll it"]
pub struct Pending<T> {
    pub(super) shared: Arc<Shared<T>>,
    timeout: Duration,
}

/// The engine's end of a [`Pending`]. Dropped unanswered, it answers [`EngineError::Stopped`].
pub(crate) struct Promise<T>(Option<Way<T>>);

/// Where an answer goes.
enum Way<T> {
    Straight(Arc<Shared<T>>),
    /// By way of what makes something else of it.
    Mapped(Box<dyn FnOnce(Result<T, Error>) + Send>),
}

impl<T> std::fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Promise").field("open", &self.0.is_some()).finish()
    }
}

/// Makes both ends; [`Pending::wait`] waits `timeout` at most.
pub(crate) fn promise<T>(timeout: Duration) -> (Promise<T>, Pending<T>) {
    let shared = Arc::new(Shared { state: Mutex::new(State::Open(None)), answered: Condvar::new() });
    (Promise(Some(Way::Straight(shared.clone()))), Pending { shared, timeout })
}

impl<T> Promise<T> {
    pub(crate) fn answer(mut self, answer: Result<T, Error>) {
        self.settle(answer);
    }

    /// A promise of what `make` makes the answer of. It is made as the answer is given, whether anybody waits for it or
    /// not: a handle that closes what it stands for when it is dropped does so also where nobody takes it.
    pub(crate) fn map<U>(mut self, make: impl FnOnce(U) -> T + Send + 'static) -> Promise<U>
    where
        T: Send + 'static,
    {
        let Some(way) = self.0.take() else { return Promise(None) };
        let answer = move |answer: Result<U, Error>| way.give(answer.map(make));
        Promise(Some(Way::Mapped(Box::new(answer))))
    }

    /// The same promise; `look` is told whether it is answered with a value, before who waits for that is.
    pub(crate) fn observed(mut self, look: impl FnOnce(bool) + Send + 'static) -> Self
    where
        T: Send + 'static,
    {
        let Some(way) = self.0.take() else { return Self(None) };
        let answer = move |answer: Result<T, Error>| {
            look(answer.is_ok());
            way.give(answer);
        };
        Self(Some(Way::Mapped(Box::new(answer))))
    }

    fn settle(&mut self, answer: Result<T, Error>) {
        if let Some(way) = self.0.take() {
            way.give(answer);
        }
    }
}

impl<T> Way<T> {
    fn give(self, answer: Result<T, Error>) {
        match self {
            Self::Straight(shared) => shared.answer(answer),
            Self::Mapped(make) => make(answer),
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

    /// Waits for the answer, at most `timeout`; `Duration::MAX`, or any time that the clock cannot express: until it comes.
    ///
    /// # Errors
    /// What the request failed with, or [`EngineError::TimedOut`].
    pub fn wait_for(self, timeout: Duration) -> Result<T, Error> {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.shared.lock();
        loop {
            if let Some(answer) = state.take() {
                return answer;
            }
            let answered = &self.shared.answered;
            state = match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return Err(EngineError::TimedOut.into()),
                Some(left) => answered.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                None => answered.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// The answer, if it is there.
    pub fn poll_now(&mut self) -> Option<Result<T, Error>> {
        self.shared.lock().take()
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // Cloned before the lock is taken: it is the runtime's code.
        let waker = cx.waker().clone();
        let mut state = self.shared.lock();
        if let Some(answer) = state.take() {
            return Poll::Ready(answer);
        }
        let before = std::mem::replace(&mut *state, State::Open(Some(waker)));
        drop(state);
        drop(before);
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
