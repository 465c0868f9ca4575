//! Control: what was asked and is not answered yet, for the one case in which nobody else can answer it: a supervisor that hangs
//! for good holds the promises, and its thread is left behind.

use super::pending::{Pending, Shared};
use crate::error::EngineError;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// An answer that may have to be given in the supervisor's place.
trait Abandon: Send + Sync {
    /// Answers that the engine has stopped, unless it is answered.
    fn abandon(&self);
}

impl<T: Send> Abandon for Shared<T> {
    fn abandon(&self) {
        self.answer(Err(EngineError::Stopped.into()));
    }
}

/// All that was asked, and of what is answered no more than of what is not.
#[derive(Default)]
pub(crate) struct Unanswered(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    all: Vec<Weak<dyn Abandon>>,
    looked: usize,
}

impl Unanswered {
    /// Enters one. Those that nobody holds any more go as often as the list has doubled.
    pub(crate) fn enter<T: Send + 'static>(&self, pending: &Pending<T>) {
        let asked: Weak<Shared<T>> = Arc::downgrade(&pending.shared);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.all.len() >= 2 * entries.looked + 64 {
            entries.all.retain(|asked| asked.strong_count() > 0);
            entries.looked = entries.all.len();
        }
        entries.all.push(asked);
    }

    /// Answers all that is not.
    pub(crate) fn abandon(&self) {
        let all = std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).all);
        // Not under the lock: a waker is the embedder's code.
        all.iter().filter_map(Weak::upgrade).for_each(|asked: Arc<dyn Abandon>| asked.abandon());
    }
}
