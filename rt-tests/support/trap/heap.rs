//! Real-time: the allocator's functions, in place of the C library's.

//! The malloc family. glibc keeps its own under names of its own, so that nothing has to be looked up.

use super::*;

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(old: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_free(old: *mut c_void);
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_valloc(size: usize) -> *mut c_void;
    fn __libc_pvalloc(size: usize) -> *mut c_void;
}

/// Interposes functions that ask for memory: counts, then forwards the same arguments.
macro_rules! allocators {
    ($($name:ident($($arg:ident: $kind:ty),*) = $size:expr => $forward:ident;)*) => {$(
        /// # Safety
        /// The C library's own contract.
        #[cfg_attr(not(sanitized), unsafe(no_mangle))]
        pub unsafe extern "C" fn $name($($arg: $kind),*) -> *mut c_void {
            seen(Kind::Allocation, literal(concat!(stringify!($name), "\0")), $size);
            // SAFETY: the caller's arguments, unchanged, for the function that it named.
            unsafe { $forward($($arg),*) }
        }
    )*};
}

allocators! {
    malloc(size: usize) = size => __libc_malloc;
    calloc(count: usize, size: usize) = count.saturating_mul(size) => __libc_calloc;
    realloc(old: *mut c_void, size: usize) = size => __libc_realloc;
    memalign(alignment: usize, size: usize) = size => __libc_memalign;
    aligned_alloc(alignment: usize, size: usize) = size => __libc_memalign;
    valloc(size: usize) = size => __libc_valloc;
    pvalloc(size: usize) = size => __libc_pvalloc;
}

/// # Safety
/// The C library's own contract.
#[cfg_attr(not(sanitized), unsafe(no_mangle))]
pub unsafe extern "C" fn reallocarray(old: *mut c_void, count: usize, size: usize) -> *mut c_void {
    seen(Kind::Allocation, c"reallocarray", count.saturating_mul(size));
    let Some(total) = count.checked_mul(size) else {
        // SAFETY: libc's errno of this thread.
        unsafe { *libc::__errno_location() = libc::ENOMEM };
        return std::ptr::null_mut();
    };
    // SAFETY: the caller's block, and the size that it means.
    unsafe { __libc_realloc(old, total) }
}

/// # Safety
/// The C library's own contract.
#[cfg_attr(not(sanitized), unsafe(no_mangle))]
pub unsafe extern "C" fn posix_memalign(out: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    seen(Kind::Allocation, c"posix_memalign", size);
    if !alignment.is_power_of_two() || !alignment.is_multiple_of(size_of::<*mut c_void>()) {
        return libc::EINVAL;
    }
    // SAFETY: an alignment that was checked; `out` is the caller's to write to.
    unsafe {
        let block = __libc_memalign(alignment, size);
        if block.is_null() {
            return libc::ENOMEM;
        }
        *out = block;
    }
    0
}

/// # Safety
/// The C library's own contract.
#[cfg_attr(not(sanitized), unsafe(no_mangle))]
pub unsafe extern "C" fn free(old: *mut c_void) {
    if !old.is_null() {
        seen(Kind::Free, c"free", 0);
    }
    // SAFETY: the caller's block, which came from the same heap.
    unsafe { __libc_free(old) }
}
