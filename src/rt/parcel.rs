//! Boundary: heap on a visit to a media thread.

use super::scope::on_media_thread;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static LEAKED: AtomicU64 = AtomicU64::new(0);

/// How many parcels were dropped on a media thread, and leaked, since the process began.
pub fn leaked_parcels() -> u64 {
    LEAKED.load(Relaxed)
}

/// Heap on a visit to a media thread: a boxed value that must go home to be freed.
///
/// Control packs a value, an order carries it over, the receipt carries it home, and only there is it freed. **A parcel
/// is never dropped on a media thread:** there it panics in debug builds, and in release builds (or while unwinding)
/// leaks and is counted. The count is 0 in every test.
#[must_use = "a parcel dropped on a media thread is a defect"]
pub struct Parcel<T: Send>(Option<Box<T>>);

impl<T: Send> Parcel<T> {
    /// Packs a value. Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn pack(value: T) -> Self {
        Self(Some(Box::new(value)))
    }

    /// What lies on the heap already.
    pub(crate) fn of(value: Box<T>) -> Self {
        Self(Some(value))
    }

    /// Unpacks it on the control side, where it may be dropped.
    pub fn unpack(mut self) -> Box<T> {
        self.0.take().expect("a parcel is full until it is unpacked")
    }
}

impl<T: Send> Deref for Parcel<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_ref().expect("a parcel is full until it is unpacked")
    }
}

impl<T: Send> DerefMut for Parcel<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("a parcel is full until it is unpacked")
    }
}

impl<T: Send> Drop for Parcel<T> {
    fn drop(&mut self) {
        let Some(cargo) = self.0.take() else { return };
        if on_media_thread() {
            LEAKED.fetch_add(1, Relaxed);
            std::mem::forget(cargo);
            debug_assert!(std::thread::panicking(), "a Parcel was dropped on a media thread");
        }
    }
}

impl<T: Send> fmt::Debug for Parcel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parcel<{}>", std::any::type_name::<T>())
    }
}
