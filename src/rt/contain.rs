//! Control: code of the embedder's on an ordinary thread of the engine (factories, wakers, the end of what it lent us): a
//! panic there is told, and ends nothing but itself.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use std::fmt;
use std::ops::{Deref, DerefMut};
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

/// What an embedder's code made and the engine owns: a codec, a stage, a factory. Its end may panic, and that is told and
/// ends right there.
///
/// Where the panic went on through our own code, what a function was about to return would be forgotten
/// (rust-lang/rust#47949), so would the rest of a hash map or a ring, and a second panic as the other half of a codec is
/// freed would end the process.
pub struct Contained<T: ?Sized>(Option<Box<T>>);

impl<T: ?Sized> Contained<T> {
    pub(crate) fn new(value: Box<T>) -> Self {
        Self(Some(value))
    }
}

impl<T: ?Sized> Deref for Contained<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_deref().expect("it is there until it ends")
    }
}

impl<T: ?Sized> DerefMut for Contained<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_deref_mut().expect("it is there until it ends")
    }
}

impl<T: ?Sized> Drop for Contained<T> {
    fn drop(&mut self) {
        end(std::any::type_name::<T>(), self.0.take());
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Contained<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

fn said(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

#[cfg(test)]
mod tests;
