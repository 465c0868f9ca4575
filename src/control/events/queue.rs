//! Control: the events of one session on their way to one subscriber: bounded, and with as much memory as what waits needs.
//!
//! The newest are missed where it is full, and how many is told before what comes next, or behind all else, when the session ends.

use crate::session::{EventKind, MediaEvent};
use crate::types::MediaTime;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Events that wait at most.
pub(crate) const CAPACITY: usize = 64;

/// Both ends of a queue.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<MediaEvent>,
    missed: u64,
    /// When the newest of what was missed happened.
    missed_at: MediaTime,
    ended: bool,
    /// Whoever awaits the next.
    waker: Option<Waker>,
}

impl State {
    /// One more place than events may fill is for what was missed.
    fn tell_missed(&mut self, at: MediaTime) {
        let missed = std::mem::take(&mut self.missed);
        if missed > 0 {
            self.waiting.push_back(MediaEvent { at, session: None, file: None, kind: EventKind::Lagged(missed) });
        }
    }
}

impl EventQueue {
    /// Whom to wake, once no lock is held: it is a runtime's code.
    #[must_use]
    pub(super) fn put(&self, event: &MediaEvent) -> Option<Waker> {
        let mut state = self.lock();
        let needed = 1 + usize::from(state.missed > 0);
        if state.waiting.len() + needed > CAPACITY {
            (state.missed, state.missed_at) = (state.missed + 1, event.at);
            return None;
        }
        state.tell_missed(event.at);
        state.waiting.push_back(event.clone());
        self.came.notify_one();
        state.waker.take()
    }

    /// Nothing comes any more. Whom to wake.
    #[must_use]
    pub(super) fn end(&self) -> Option<Waker> {
        let mut state = self.lock();
        let at = state.missed_at;
        state.tell_missed(at);
        state.ended = true;
        self.came.notify_all();
        state.waker.take()
    }

    pub(crate) fn try_next(&self) -> Option<MediaEvent> {
        self.lock().waiting.pop_front()
    }

    /// The next within `timeout`; `None` for the timeout: as long as any can come.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> Option<MediaEvent> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        loop {
            if let Some(event) = state.waiting.pop_front() {
                return Some(event);
            }
            if state.ended {
                return None;
            }
            state = match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return None,
                Some(left) => self.came.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.came.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// The next, or whoever asks is woken when there is one: between the look and the waker nothing can come.
    pub(crate) fn poll_next(&self, cx: &Context<'_>) -> Poll<Option<MediaEvent>> {
        // Cloned before the lock is taken, and the one before dropped behind it: it is the runtime's code.
        let waker = cx.waker().clone();
        let mut state = self.lock();
        if let Some(event) = state.waiting.pop_front() {
            return Poll::Ready(Some(event));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        let before = state.waker.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
