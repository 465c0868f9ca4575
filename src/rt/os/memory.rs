//! Control: memory that a media thread will use: every page touched beforehand, and locked where the system allows it.
//!
//! A page that was never written is no memory yet: the first write to it faults into the kernel, in the middle of a tick.

use std::mem::{self, MaybeUninit};
use std::{io, ptr, slice};

use super::Privilege;

/// The least page of the platforms that we run on; touching more often than needed does no harm.
const PAGE: usize = 4096;
/// How much stack a media thread has touched (and locked) before its first tick. libopus' encoder takes 40 KiB of it.
pub const PREFAULTED_STACK: usize = 256 * 1024;

/// Writes to every page of `memory` without changing it.
pub fn touch<T>(memory: &mut [T]) {
    let length = mem::size_of_val(memory);
    // SAFETY: the same octets as `memory`, borrowed for as long; MaybeUninit<u8> allows padding, and `touch_octets` writes
    // back what it read, so every `T` stays what it was.
    let octets = unsafe { slice::from_raw_parts_mut(memory.as_mut_ptr().cast::<MaybeUninit<u8>>(), length) };
    touch_octets(octets);
}

fn touch_octets(octets: &mut [MaybeUninit<u8>]) {
    let last = octets.len().saturating_sub(1);
    let pages = (0..octets.len()).step_by(PAGE);
    for at in pages.chain((last > 0).then_some(last)) {
        let octet = ptr::from_mut(&mut octets[at]);
        // SAFETY: `octet` comes from a unique reference. Volatile, so that the write is not optimized away.
        unsafe { octet.write_volatile(octet.read_volatile()) };
    }
}

/// Locks the pages under `memory`: they stay until [`unlock`] or until the memory is given back to the system. Counts
/// against the process's limit (`ulimit -l`).
pub fn lock<T>(memory: &[T]) -> Privilege {
    if mem::size_of_val(memory) == 0 {
        return Privilege::Granted;
    }
    // SAFETY: mlock reads and writes nothing; the range is mapped, since `memory` borrows it.
    let code = unsafe { libc::mlock(memory.as_ptr().cast(), mem::size_of_val(memory)) };
    granted("mlock", code)
}

/// Unlocks the pages under `memory`, also for neighbours that share its first and last page.
pub fn unlock<T>(memory: &[T]) {
    // SAFETY: munlock reads and writes nothing; the range is mapped, since `memory` borrows it.
    unsafe { libc::munlock(memory.as_ptr().cast(), mem::size_of_val(memory)) };
}

/// Locks all memory of the process, now and later. Opt-in: it is the embedder's process, and every later allocation and
/// thread stack of it then counts against the limit.
pub fn lock_everything() -> Privilege {
    // SAFETY: mlockall takes flags only.
    let code = unsafe { libc::mlockall(libc::MCL_CURRENT | libc::MCL_FUTURE) };
    granted("mlockall", code)
}

/// Touches the next [`PREFAULTED_STACK`] octets of this thread's stack, and locks them if asked to.
///
/// The stack must have that much left, and a quarter more.
#[inline(never)]
pub fn prefault_stack(locked: bool) -> Privilege {
    let mut room = [MaybeUninit::<u8>::uninit(); PREFAULTED_STACK];
    for octet in room.iter_mut().step_by(PAGE) {
        // SAFETY: `octet` is a unique reference into `room`. Volatile, so that the write is not optimized away.
        unsafe { ptr::from_mut(octet).write_volatile(MaybeUninit::new(0)) };
    }
    if locked { lock(&room) } else { Privilege::NotAsked }
}

fn granted(call: &str, code: libc::c_int) -> Privilege {
    if code == 0 { Privilege::Granted } else { Privilege::refused_by(call, &io::Error::last_os_error()) }
}
