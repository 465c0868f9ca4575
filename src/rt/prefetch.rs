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
    let start: *const u8 = std::ptr::from_ref(value).cast();
    line(start);
    if size_of::<T>() > LINE {
        line(start.wrapping_add(LINE));
    }
}

/// Asks for the first cache line of a value.
#[inline]
pub fn prefetch_first<T>(value: &T) {
    line(std::ptr::from_ref(value).cast());
}

/// Asks for every cache line of a value or slice (measured: `benches/leg`; a leg's state is a chain of three pointers).
#[inline]
pub fn prefetch_all<T: ?Sized>(value: &T) {
    let start: *const u8 = std::ptr::from_ref(value).cast();
    for at in (0..size_of_val(value)).step_by(LINE) {
        line(start.wrapping_add(at));
    }
}

const LINE: usize = 64;

#[inline]
fn line(at: *const u8) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing that the program sees and never faults; SSE is part of x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}
