//! Boundary: a place for one parcel that both sides may reach into: who takes it has it alone.

use super::parcel::Parcel;
use crossbeam_utils::atomic::AtomicCell;

/// See the head of the file. Neither side waits for the other.
pub(crate) struct ParcelCell<T: Send>(AtomicCell<Option<Box<T>>>);

impl<T: Send> ParcelCell<T> {
    // A pointer: exchanged by one instruction, never under a lock.
    const LOCK_FREE: () = assert!(AtomicCell::<Option<Box<T>>>::is_lock_free());

    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        let () = Self::LOCK_FREE;
        Self(AtomicCell::new(None))
    }

    /// Puts a parcel there, or nothing, and takes what there was. Real-time safe.
    pub(crate) fn swap(&self, parcel: Option<Parcel<T>>) -> Option<Parcel<T>> {
        self.0.swap(parcel.map(Parcel::unpack)).map(Parcel::of)
    }

    /// Takes what there is. Real-time safe.
    pub(crate) fn take(&self) -> Option<Parcel<T>> {
        self.swap(None)
    }
}

impl<T: Send> std::fmt::Debug for ParcelCell<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ParcelCell")
    }
}
