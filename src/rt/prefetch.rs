//! Real-time: asks for memory ahead of its use.
//!
//! Tables of thousands of sessions do not stay in the cache between two packets of one; whoever knows which entry comes
//! next asks for it while something else is under way (measured: `benches/sockets`).

/// Asks for the entry at `index`, if there is one: its first two cache lines. Changes nothing that can be observed but
/// time.
#[inline]
pub fn prefetch_entry<T>(table: &[T], index: usize) {
    if let Some(entry) = table.get(index) {
        prefetch(entry);
    }
}

/// Asks for the first two cache lines of a value, or one if it is no longer.
#[inline]
pub fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let start: *const i8 = std::ptr::from_ref(value).cast();
        // SAFETY: a prefetch reads nothing that the program sees and never faults; SSE is part of x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start) };
        if size_of::<T>() > 64 {
            // SAFETY: as above; the address is within the value.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(start.add(64)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
