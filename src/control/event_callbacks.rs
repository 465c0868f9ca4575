//! Control: callbacks for events of sessions: one thread for all of an engine's, which runs as long as there are any.
//!
//! A callback that blocks holds up other callbacks, whose queues then lag; it holds up nothing else.

use crate::control::events::queue::EventQueue;
use crate::rt::contain::{contained, end};
use crate::session::MediaEvent;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Events of one callback, before others have their turn.
const EVENTS_A_TURN: usize = 16;

type Handler = Box<dyn FnMut(MediaEvent) + Send>;

/// All callbacks of an engine.
#[derive(Debug, Default)]
pub(crate) struct Callbacks {
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Those that have something to be told.
    ready: VecDeque<Arc<Callback>>,
    live: usize,
    runs: bool,
}

/// One of them.
struct Callback {
    queue: Arc<EventQueue>,
    /// Taken while it is called; `None` once it has ended.
    handler: Mutex<Option<Handler>>,
    /// It is among those that are ready.
    ready: AtomicBool,
    all: Arc<Callbacks>,
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callback").field("ready", &self.ready).finish_non_exhaustive()
    }
}

impl Wake for Callback {
    fn wake(self: Arc<Self>) {
        if !self.ready.swap(true, AcqRel) {
            let all = self.all.clone();
            all.lock().ready.push_back(self);
            all.came.notify_one();
        }
    }
}

impl Callbacks {
    /// Has `handler` called for each event of a queue until that ends.
    ///
    /// # Errors
    /// The system has no thread left to give.
    pub(crate) fn add(
        self: &Arc<Self>,
        queue: Arc<EventQueue>,
        handler: impl FnMut(MediaEvent) + Send + 'static,
    ) -> std::io::Result<()> {
        let mut state = self.lock();
        if !state.runs {
            let all = self.clone();
            std::thread::Builder::new().name("media-callback".into()).spawn(move || all.run())?;
            state.runs = true;
        }
        state.live += 1;
        drop(state);
        let handler: Handler = Box::new(handler);
        let (handler, ready) = (Mutex::new(Some(handler)), AtomicBool::new(false));
        Arc::new(Callback { queue, handler, ready, all: self.clone() }).wake();
        Ok(())
    }

    fn run(&self) {
        while let Some(callback) = self.next() {
            // What comes from now on makes it ready again.
            callback.ready.store(false, Release);
            if !callback.clone().turn() {
                self.lock().live -= 1;
            }
        }
    }

    /// The next that is ready; `None`: there is none any more, and the thread ends.
    fn next(&self) -> Option<Arc<Callback>> {
        let mut state = self.lock();
        loop {
            if let Some(callback) = state.ready.pop_front() {
                return Some(callback);
            }
            if state.live == 0 {
                state.runs = false;
                return None;
            }
            state = self.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Callback {
    /// Tells it what waits; false once it has ended.
    fn turn(self: Arc<Self>) -> bool {
        let taken = self.handler.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Woken once more behind its end.
        let Some(mut handler) = taken else { return true };
        let waker = Waker::from(self.clone());
        for _ in 0..EVENTS_A_TURN {
            let goes_on = match self.queue.poll_next(&Context::from_waker(&waker)) {
                Poll::Pending => return self.keep(handler),
                Poll::Ready(None) => false,
                Poll::Ready(Some(event)) => {
                    contained("the embedder's callback for events", || handler(event)).is_some()
                }
            };
            if !goes_on {
                end("the embedder's callback for events", handler);
                return false;
            }
        }
        self.clone().keep(handler);
        self.wake();
        true
    }

    fn keep(&self, handler: Handler) -> bool {
        *self.handler.lock().unwrap_or_else(PoisonError::into_inner) = Some(handler);
        true
    }
}
