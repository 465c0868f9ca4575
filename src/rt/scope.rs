//! Boundary: tells whether the current thread runs media at this moment.
//!
//! The media thread enters once for its life; the virtual harness enters around each tick that it drives by hand. Traps
//! (allocator, mutexes), [`Parcel`](super::Parcel)'s drop and the panic hook ask [`on_media_thread`].

use std::cell::Cell;
use std::marker::PhantomData;

thread_local! {
    // Const-initialised and without a destructor: reading it never allocates, also inside an allocator.
    static IN_MEDIA: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a [`MediaScope`]. Real-time safe.
pub fn on_media_thread() -> bool {
    IN_MEDIA.get()
}

/// While it lives, this thread counts as a media thread. Scopes nest.
#[derive(Debug)]
pub struct MediaScope {
    outer: bool,
    _here: PhantomData<*mut ()>,
}

impl MediaScope {
    /// Enters the scope on the current thread.
    #[must_use = "the scope ends when the guard is dropped"]
    pub fn enter() -> Self {
        Self { outer: IN_MEDIA.replace(true), _here: PhantomData }
    }
}

impl Drop for MediaScope {
    fn drop(&mut self) {
        IN_MEDIA.set(self.outer);
    }
}
