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
//! Under a sanitizer (`--cfg sanitized`, by `tools/sanitize`), which has an allocator and locks of its own, nothing is interposed
//! and nothing is counted: the programs that include this file look for what the sanitizer looks for.
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

#[path = "trap/heap.rs"]
mod heap;

#[path = "trap/locks.rs"]
mod locks;
