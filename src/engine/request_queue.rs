//! Control: requests on their way to the supervisor: one queue in order, bounded, and closed at the end, when everything
//! that still waits in it is answered.
//!
//! **Nobody's answer is lost in it.** A request goes in before the queue is closed, and is then carried out or dropped
//! (which answers it), or it comes too late and is dropped at once: there is no time between.

use super::contain::end;
use super::request::Request;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How much of the queue a request may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// The queue itself.
    Shared,
    /// The reserve behind it as well: what ends something is not refused for want of room while others ask.
    Freeing,
    /// Always: what happens once for a thing that exists, and has nobody who would try again.
    Own,
}

/// Why a request was not taken.
pub(super) enum Refused {
    /// No room.
    Full(Request),
    /// The supervisor is gone.
    Closed(Request),
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Request>,
    /// The last request is the one to stop.
    ending: bool,
    closed: bool,
}

struct Shared {
    state: Mutex<State>,
    came: Condvar,
    capacity: usize,
    reserve: usize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
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
#[derive(Clone)]
pub(super) struct RequestSender(Arc<Shared>);

/// The supervisor's end. Dropping it closes the queue.
pub(super) struct RequestReceiver(Arc<Shared>);

/// Makes both ends of a queue for `capacity` requests, and `reserve` more that end something.
pub(super) fn request_queue(capacity: usize, reserve: usize) -> (RequestSender, RequestReceiver) {
    let shared = Shared { state: Mutex::default(), came: Condvar::new(), capacity, reserve };
    let shared = Arc::new(shared);
    (RequestSender(shared.clone()), RequestReceiver(shared))
}

impl RequestSender {
    pub(super) fn submit(&self, request: Request, room: Room) -> Result<(), Refused> {
        let mut state = self.0.lock();
        if state.closed {
            return Err(Refused::Closed(request));
        }
        let room = match room {
            Room::Shared => state.waiting.len() < self.0.capacity,
            Room::Freeing => state.waiting.len() < self.0.capacity + self.0.reserve,
            Room::Own => true,
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
    pub(super) fn submit_stop(&self, request: Request) {
        self.0.lock().ending = true;
        // Closed already: the supervisor has ended.
        drop(self.submit(request, Room::Own));
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().waiting.len()
    }

    /// Ends the queue from this side, where the supervisor does not answer any more.
    pub(super) fn close(&self) {
        self.0.close();
    }
}

impl RequestReceiver {
    pub(super) fn take(&self) -> Option<Request> {
        self.0.lock().waiting.pop_front()
    }

    /// Whether the request to stop waits, or was taken.
    pub(super) fn is_ending(&self) -> bool {
        self.0.lock().ending
    }

    /// Sleeps until a request waits, at most `timeout`; whether one does.
    pub(super) fn wait(&self, timeout: Duration) -> bool {
        let waits = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let (state, _) =
            self.0.came.wait_timeout_while(self.0.lock(), timeout, waits).unwrap_or_else(PoisonError::into_inner);
        !state.waiting.is_empty()
    }

    /// Ends the queue: what waits is answered that the engine has stopped, and so is what comes.
    pub(super) fn close(&self) {
        self.0.close();
    }
}

impl Drop for RequestReceiver {
    fn drop(&mut self) {
        self.0.close();
    }
}
