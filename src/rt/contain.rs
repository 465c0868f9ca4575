//! Control: code of the embedder's on an ordinary thread of the engine (factories, wakers, the end of what it lent us): a
//! panic there is told, and ends nothing but itself.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; `None` if it panicked, which is logged with `whose` it was. What `work` changed of ours has to be sound at
/// each place where the foreign code is called.
pub(crate) fn contained<T>(whose: &str, work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(value) => Some(value),
        Err(payload) => {
            log::error!("{whose} panicked: {}; the engine goes on", said(&*payload));
            // Its own end may panic too.
            std::mem::forget(payload);
            None
        }
    }
}

/// Ends a value that may be an embedder's.
pub(crate) fn end<T>(whose: &str, value: T) {
    let _ = contained(whose, || drop(value));
}

fn said(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
