//! Boundary: whether this thread is a media thread: what the panic hook and parcels that are dropped go by.

use std::cell::Cell;

thread_local! {
    // No destructor: may be read at any time, without allocating.
    static ON_MEDIA_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Makes this thread a media thread, for good.
pub fn become_media_thread() {
    ON_MEDIA_THREAD.set(true);
}

/// Whether this thread is a media thread. Real-time safe.
pub fn on_media_thread() -> bool {
    ON_MEDIA_THREAD.get()
}
