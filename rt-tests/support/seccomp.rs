//! The seccomp filter of a media thread: the calls that a tick may make, those of a thread's end, and none else.
//!
//! [`install_media_filter`] holds for the calling thread from then on, for good, and for threads that it starts.
//! What is done about any other call is the caller's choice: `SeccompAction::Trap` sends SIGSYS, which ends the
//! process, unless [`count_traps`] was called first: then the call fails with ENOSYS (a wait for a lock: EAGAIN, as the
//! C library ends the process for any other error) and is counted, with its number.
//! So a test runs a whole engine and reads off what was called.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::ffi::{c_int, c_long, c_void};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use seccompiler::{BackendError, Error, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};
pub use seccompiler::{BpfProgram, SeccompAction};

/// The tick's own: the pacer's sleep and the clock (a system call where the vDSO falls back). The third, one write of
/// eight octets to an eventfd, has a rule of its own.
pub const TICK: [c_long; 2] = [libc::SYS_clock_nanosleep, libc::SYS_clock_gettime];

/// What a thread does when it ends, by the C library and by Rust's standard library, and what returns from a signal
/// handler. Beside these it wakes who waits for a lock, which has a rule of its own, as it is no wait.
pub const TEARDOWN: [c_long; 7] = [
    libc::SYS_sigaltstack,
    libc::SYS_munmap,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_madvise,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// The filter as a program, to be made where allocating is allowed and applied where it is not.
///
/// # Errors
/// Where `action` is to allow, which the rules do already, or the architecture is none that seccompiler knows.
pub fn media_filter(action: SeccompAction) -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        TICK.iter().chain(&TEARDOWN).map(|&call| (call, Vec::new())).collect();
    // An eventfd takes eight octets at once; a descriptor's kind is not the filter's to see.
    let eight = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 8)?;
    rules.insert(libc::SYS_write, vec![SeccompRule::new(vec![eight])?]);
    // At its end a thread passes through locks of the C library. Who waits for one has to be woken, or waits for good.
    let wake = SeccompCmpOp::MaskedEq(!(libc::FUTEX_PRIVATE_FLAG as u64) & 0xffff_ffff);
    let wake = SeccompCondition::new(1, SeccompCmpArgLen::Dword, wake, libc::FUTEX_WAKE as u64)?;
    rules.insert(libc::SYS_futex, vec![SeccompRule::new(vec![wake])?]);
    SeccompFilter::new(rules, action, SeccompAction::Allow, std::env::consts::ARCH.try_into()?)?.try_into()
}

/// Holds the calling thread to the filter from now on. Needs no privilege.
///
/// # Errors
/// Where the filter cannot be made, or the kernel has no seccomp filters.
pub fn install_media_filter(action: SeccompAction) -> Result<(), Error> {
    seccompiler::apply_filter(&media_filter(action)?)
}

static TRAPS: AtomicU64 = AtomicU64::new(0);
static FIRST: AtomicI64 = AtomicI64::new(-1);

/// Calls trapped since [`count_traps`], in all threads under a filter that traps.
pub fn traps() -> u64 {
    TRAPS.load(Ordering::Acquire)
}

/// The number of the first call that was trapped, as in `libc::SYS_…`.
pub fn first_trap() -> Option<c_long> {
    let call = FIRST.load(Ordering::Acquire);
    (call >= 0).then_some(call as c_long)
}

/// Counts what `SeccompAction::Trap` catches, instead of ending the process, and sets the count to zero.
///
/// # Panics
/// Where the process may not set a signal handler.
pub fn count_traps() {
    // SAFETY: all-zero is a valid sigaction; the handler makes no call at all.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_trap as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        assert_eq!(libc::sigaction(libc::SIGSYS, &action, std::ptr::null_mut()), 0);
    }
    FIRST.store(-1, Ordering::Release);
    TRAPS.store(0, Ordering::Release);
}

/// `siginfo_t` as the kernel fills it for SIGSYS; crate libc does not name these fields.
#[repr(C)]
struct Trapped {
    signal: c_int,
    errno: c_int,
    code: c_int,
    address: *const c_void,
    call: c_int,
    architecture: u32,
}

extern "C" fn on_trap(_: c_int, info: *const Trapped, context: *mut c_void) {
    // SAFETY: the kernel's arguments for a handler with SA_SIGINFO, both valid until it returns.
    let call = unsafe {
        let call = i64::from((*info).call);
        fail(context.cast(), if call == libc::SYS_futex { libc::EAGAIN } else { libc::ENOSYS });
        call
    };
    TRAPS.fetch_add(1, Ordering::AcqRel);
    let _ = FIRST.compare_exchange(-1, call, Ordering::AcqRel, Ordering::Acquire);
}

/// Makes the call that was trapped return `error`: the register that would hold its result still holds an argument.
///
/// # Safety
/// `context` is that of a signal handler.
unsafe fn fail(context: *mut libc::ucontext_t, error: c_int) {
    let result = -i64::from(error);
    // SAFETY: by the contract.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        (*context).uc_mcontext.gregs[libc::REG_RAX as usize] = result;
    }
    // SAFETY: by the contract.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        (*context).uc_mcontext.regs[0] = result as u64;
    }
}
