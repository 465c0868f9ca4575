//! Counts the calls that a media thread must not make: the C allocator's, the pthread locks', and futex waits.
//!
//! Including this file in a test program (`mod support { pub mod trap; }`) interposes the malloc family and the
//! pthread locks of the whole process, C libraries and the C library's own callers (`strdup`) included: the program's
//! symbols come before libc's. Each call is forwarded, and counted where the calling thread is in *media scope*: by
//! default between [`enter`] and the drop of what it returns; a program that knows its media threads better says so by
//! [`set_scope`].
//!
//! Seen: malloc, calloc, realloc, reallocarray, free, posix_memalign, aligned_alloc, memalign, valloc, pvalloc, and so
//! all of Rust's `System` allocator; pthread mutexes, read-write locks, condition variables, spin locks;
//! futex system calls through libc's `syscall`, which is how `std::sync` and `std::thread::park` wait. Not seen: an
//! uncontended `std::sync::Mutex`, which is an atomic inlined into its caller (the lint wall is against that one),
//! futexes inside the C library itself, and system calls made by other roads (`seccomp.rs` is against those).
//!
//! Linux with glibc only. The counts are the process's: tests of one program that count must not run side by side.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The counts are the process's: one test at a time, while this is held.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same, and what is counted are the calls of an engine's media threads.
pub fn media_threads_alone() -> MutexGuard<'static, ()> {
    set_scope(media_core::rt::on_media_thread);
    alone()
}

/// Calls made in media scope since the program began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Memory asked for: malloc and its kin; a realloc is one.
    pub allocations: u64,
    /// Memory given back; freeing null is nothing.
    pub frees: u64,
    /// pthread mutexes, read-write locks and spin locks taken or tried, condition variables waited for.
    pub mutexes: u64,
    /// Futex system calls of `std::sync` and `std::thread`: a contended lock, a wait, a wake-up.
    pub futexes: u64,
}

impl Counts {
    /// What came since `earlier`.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            allocations: self.allocations - earlier.allocations,
            frees: self.frees - earlier.frees,
            mutexes: self.mutexes - earlier.mutexes,
            futexes: self.futexes - earlier.futexes,
        }
    }
}

/// What is done about a call in media scope, beside counting it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Response {
    /// Nothing.
    Count,
    /// The first call is remembered for [`first`].
    Note,
    /// As `Note`, with the first call's backtrace for [`first_backtrace`], taken outside the scope; it costs
    /// milliseconds.
    Backtrace,
    /// Ends the process, where a debugger sees who called.
    Abort,
}

/// The first call in media scope since [`arm`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offence {
    /// The function called.
    pub function: &'static str,
    /// The octets asked for by an allocation; 0 for anything else.
    pub size: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Allocation,
    Free,
    Mutex,
    Futex,
}

static COUNTS: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
/// A `fn() -> bool`, or null for [`entered`].
static SCOPE: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
static RESPONSE: AtomicUsize = AtomicUsize::new(Response::Count as usize);
static CAUGHT: AtomicBool = AtomicBool::new(false);
/// A `&'static CStr` of the first offence; null while there is none.
static FUNCTION: AtomicPtr<c_char> = AtomicPtr::new(std::ptr::null_mut());
static SIZE: AtomicUsize = AtomicUsize::new(0);
static BACKTRACE: Mutex<Option<String>> = Mutex::new(None);

thread_local! {
    // Constant and without drop glue, so that reading it neither allocates nor registers a destructor: it is read
    // inside malloc, before main, and while a thread ends.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// The thread takes a backtrace, and is free to allocate for that.
    static SUSPENDED: Cell<bool> = const { Cell::new(false) };
}

/// Media scope of the calling thread, until dropped.
#[derive(Debug)]
pub struct Scope(std::marker::PhantomData<*const ()>);

/// Puts the calling thread into media scope; scopes nest.
#[must_use = "the scope ends when this is dropped"]
pub fn enter() -> Scope {
    DEPTH.set(DEPTH.get() + 1);
    Scope(std::marker::PhantomData)
}

impl Drop for Scope {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Whether the calling thread is between [`enter`] and its end: the scope until [`set_scope`] says otherwise.
pub fn entered() -> bool {
    DEPTH.get() > 0
}

/// Replaces [`entered`] by `scope`, which says of the calling thread whether it is in media scope. It is asked at each
/// call that is interposed, and must itself make none: a look at a constant thread-local, no more.
pub fn set_scope(scope: fn() -> bool) {
    SCOPE.store(scope as *mut (), Ordering::Release);
}

/// The counts of the process so far.
pub fn counts() -> Counts {
    let [allocations, frees, mutexes, futexes] = [0, 1, 2, 3].map(|kind| COUNTS[kind].load(Ordering::Acquire));
    Counts { allocations, frees, mutexes, futexes }
}

/// Says what is done about calls in media scope from now on, and forgets the first offence.
pub fn arm(response: Response) {
    FUNCTION.store(std::ptr::null_mut(), Ordering::Release);
    *BACKTRACE.lock().unwrap_or_else(PoisonError::into_inner) = None;
    CAUGHT.store(false, Ordering::Release);
    RESPONSE.store(response as usize, Ordering::Release);
}

/// The first call in media scope since [`arm`], if there was one and it was armed with [`Response::Note`] or more.
pub fn first() -> Option<Offence> {
    let function = FUNCTION.load(Ordering::Acquire);
    if function.is_null() {
        return None;
    }
    // SAFETY: `FUNCTION` holds null or the pointer of a `&'static CStr`.
    let function = unsafe { CStr::from_ptr(function) };
    Some(Offence { function: function.to_str().unwrap_or_default(), size: SIZE.load(Ordering::Acquire) })
}

/// Who made the [`first`] call, if armed with [`Response::Backtrace`].
pub fn first_backtrace() -> Option<String> {
    BACKTRACE.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn keep_backtrace() {
    let trace = std::backtrace::Backtrace::force_capture().to_string();
    *BACKTRACE.lock().unwrap_or_else(PoisonError::into_inner) = Some(trace);
}

fn in_scope() -> bool {
    if SUSPENDED.get() {
        return false;
    }
    let scope = SCOPE.load(Ordering::Acquire);
    if scope.is_null() {
        return entered();
    }
    // SAFETY: `SCOPE` holds null or what `set_scope` put there, a `fn() -> bool`.
    unsafe { std::mem::transmute::<*mut (), fn() -> bool>(scope)() }
}

#[inline]
fn seen(kind: Kind, function: &'static CStr, size: usize) {
    if in_scope() {
        offence(kind, function, size);
    }
}

#[cold]
fn offence(kind: Kind, function: &'static CStr, size: usize) {
    COUNTS[kind as usize].fetch_add(1, Ordering::AcqRel);
    let response = RESPONSE.load(Ordering::Acquire);
    if response == Response::Count as usize || CAUGHT.swap(true, Ordering::AcqRel) {
        return;
    }
    SIZE.store(size, Ordering::Release);
    FUNCTION.store(function.as_ptr().cast_mut(), Ordering::Release);
    if response == Response::Abort as usize {
        std::process::abort();
    }
    if response == Response::Backtrace as usize {
        SUSPENDED.set(true);
        keep_backtrace();
        SUSPENDED.set(false);
    }
}

/// A C string from a literal that ends with its zero.
const fn literal(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("no zero at the end"),
    }
}

mod heap {
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
            #[unsafe(no_mangle)]
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
    #[unsafe(no_mangle)]
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
    #[unsafe(no_mangle)]
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
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn free(old: *mut c_void) {
        if !old.is_null() {
            seen(Kind::Free, c"free", 0);
        }
        // SAFETY: the caller's block, which came from the same heap.
        unsafe { __libc_free(old) }
    }
}

mod locks {
    //! The pthread locks and libc's `syscall`, forwarded to the next definition after the program's own.

    use super::*;

    /// The next definition of a symbol. Looked up before main, by [`RESOLVE`], so that no lookup falls into a scope;
    /// what is called earlier still looks for itself.
    struct Next {
        name: &'static CStr,
        found: AtomicPtr<c_void>,
    }

    impl Next {
        const fn new(name: &'static CStr) -> Self {
            Self { name, found: AtomicPtr::new(std::ptr::null_mut()) }
        }

        fn get(&self) -> *mut c_void {
            let found = self.found.load(Ordering::Acquire);
            if found.is_null() { self.resolve() } else { found }
        }

        #[cold]
        fn resolve(&self) -> *mut c_void {
            // SAFETY: the name is a C string.
            let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
            self.found.store(found, Ordering::Release);
            found
        }
    }

    /// Interposes functions that take or wait for a lock, all of which return an error number.
    macro_rules! lockers {
        ($($name:ident($($arg:ident: $kind:ty),+);)*) => {
            /// One place a function, under its name.
            #[allow(non_upper_case_globals)]
            mod next {
                use super::*;

                $(pub static $name: Next = Next::new(literal(concat!(stringify!($name), "\0")));)*
                pub static syscall: Next = Next::new(c"syscall");
            }

            extern "C" fn resolve() {
                $(next::$name.resolve();)*
                next::syscall.resolve();
            }

            $(
                /// # Safety
                /// The C library's own contract.
                #[unsafe(no_mangle)]
                pub unsafe extern "C" fn $name($($arg: $kind),+) -> c_int {
                    seen(Kind::Mutex, next::$name.name, 0);
                    let function = next::$name.get();
                    if function.is_null() {
                        return libc::ENOSYS;
                    }
                    // SAFETY: the C library's function of this name, with its signature, and the caller's arguments.
                    unsafe {
                        let function: unsafe extern "C" fn($($kind),+) -> c_int = std::mem::transmute(function);
                        function($($arg),+)
                    }
                }
            )*
        };
    }

    type Lock = *mut c_void;
    type Time = *const c_void;

    lockers! {
        pthread_mutex_lock(lock: Lock);
        pthread_mutex_trylock(lock: Lock);
        pthread_mutex_timedlock(lock: Lock, until: Time);
        pthread_mutex_clocklock(lock: Lock, clock: c_int, until: Time);
        pthread_rwlock_rdlock(lock: Lock);
        pthread_rwlock_wrlock(lock: Lock);
        pthread_rwlock_tryrdlock(lock: Lock);
        pthread_rwlock_trywrlock(lock: Lock);
        pthread_rwlock_timedrdlock(lock: Lock, until: Time);
        pthread_rwlock_timedwrlock(lock: Lock, until: Time);
        pthread_spin_lock(lock: Lock);
        pthread_spin_trylock(lock: Lock);
        pthread_cond_wait(condition: Lock, lock: Lock);
        pthread_cond_timedwait(condition: Lock, lock: Lock, until: Time);
        pthread_cond_clockwait(condition: Lock, lock: Lock, clock: c_int, until: Time);
    }

    #[used]
    #[unsafe(link_section = ".init_array")]
    static RESOLVE: extern "C" fn() = resolve;

    /// libc's system call door, by which `std` reaches the futex; other calls pass uncounted.
    ///
    /// # Safety
    /// The kernel's contract for the call of that number. Variadic in C: integers lie in the same places either way,
    /// on x86-64 and aarch64, and what the caller did not pass is not looked at by the call either.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn syscall(
        number: c_long,
        a: c_long,
        b: c_long,
        c: c_long,
        d: c_long,
        e: c_long,
        f: c_long,
    ) -> c_long {
        if number == libc::SYS_futex {
            seen(Kind::Futex, c"futex", 0);
        }
        type Function = unsafe extern "C" fn(c_long, ...) -> c_long;
        // SAFETY: libc's function of this name, which every libc has, and the caller's arguments.
        unsafe {
            let function: Function = std::mem::transmute(next::syscall.get());
            function(number, a, b, c, d, e, f)
        }
    }
}
