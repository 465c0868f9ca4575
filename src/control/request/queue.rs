//! Control: requests on their way to the supervisor: one queue in order, bounded, and closed at the end, when everything
//! that still waits in it is answered.
//!
//! **Nobody's answer is lost in it.** A request goes in before the queue is closed, and is then carried out or dropped
//! (which answers it), or it comes too late and is dropped at once: there is no time between.

use crate::rt::contain::end;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How much of the queue a request may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quota {
    /// The queue itself.
    Shared,
    /// The reserve behind it as well: what ends something is not refused for want of room while others ask.
    Freeing,
    /// Always: what happens once for a thing that exists, and has nobody who would try again.
    Own,
}

/// Why a request was not taken.
pub(crate) enum Refused<R> {
    /// No room.
    Full(R),
    /// The supervisor is gone.
    Closed(R),
}

struct State<R> {
    waiting: VecDeque<R>,
    /// The last request is the one to stop.
    ending: bool,
    closed: bool,
}

struct Shared<R> {
    state: Mutex<State<R>>,
    came: Condvar,
    capacity: usize,
    reserve: usize,
}

impl<R> Shared<R> {
    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        let waiting = {
            let mut state = self.lock();
            state.closed = true;
            std::mem::take(&mut state.waiting)
        };
        self.came.notify_all();
        // What a request brought may be an embedder's, and may panic as it ends.
        waiting.into_iter().for_each(|request| end("what a request brought", request));
    }
}

/// The handles' end.
pub(crate) struct RequestSender<R>(Arc<Shared<R>>);

impl<R> Clone for RequestSender<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// The supervisor's end. Dropping it closes the queue.
pub(crate) struct RequestReceiver<R>(Arc<Shared<R>>);

/// Makes both ends of a queue for `capacity` requests, and `reserve` more that end something.
pub(crate) fn request_queue<R>(capacity: usize, reserve: usize) -> (RequestSender<R>, RequestReceiver<R>) {
    let state = State { waiting: VecDeque::new(), ending: false, closed: false };
    let shared = Shared { state: Mutex::new(state), came: Condvar::new(), capacity, reserve };
    let shared = Arc::new(shared);
    (RequestSender(shared.clone()), RequestReceiver(shared))
}

impl<R> RequestSender<R> {
    pub(crate) fn submit(&self, request: R, quota: Quota) -> Result<(), Refused<R>> {
        let mut state = self.0.lock();
        if state.closed {
            return Err(Refused::Closed(request));
        }
        let room = match quota {
            Quota::Shared => state.waiting.len() < self.0.capacity,
            Quota::Freeing => state.waiting.len() < self.0.capacity + self.0.reserve,
            Quota::Own => true,
        };
        if !room {
            return Err(Refused::Full(request));
        }
        state.waiting.push_back(request);
        drop(state);
        self.0.came.notify_one();
        Ok(())
    }

    /// Submits the request to stop, for which there is always room, and which nothing holds back.
    pub(crate) fn submit_stop(&self, request: R) {
        self.0.lock().ending = true;
        // Closed already: the supervisor has ended.
        drop(self.submit(request, Quota::Own));
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().waiting.len()
    }

    /// Ends the queue from this side, where the supervisor does not answer any more.
    pub(crate) fn close(&self) {
        self.0.close();
    }
}

impl<R> RequestReceiver<R> {
    pub(crate) fn take(&self) -> Option<R> {
        self.0.lock().waiting.pop_front()
    }

    /// Whether the request to stop waits, or was taken.
    pub(crate) fn is_ending(&self) -> bool {
        self.0.lock().ending
    }

    /// Sleeps until a request waits, at most `timeout`; whether one does.
    pub(crate) fn wait(&self, timeout: Duration) -> bool {
        let waits = |state: &mut State<R>| state.waiting.is_empty() && !state.closed;
        let (state, _) =
            self.0.came.wait_timeout_while(self.0.lock(), timeout, waits).unwrap_or_else(PoisonError::into_inner);
        !state.waiting.is_empty()
    }

    /// Ends the queue: what waits is answered that the engine has stopped, and so is what comes.
    pub(crate) fn close(&self) {
        self.0.close();
    }
}

impl<R> Drop for RequestReceiver<R> {
    fn drop(&mut self) {
        self.0.close();
    }
}
