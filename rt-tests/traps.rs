//! Proves the instruments of the real-time tests: that what is trapped is counted, and that what is allowed passes.
//! Without this, "0 allocations" in another test might only say that nobody counted.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "traps/filter.rs"]
mod filter;
#[path = "traps/locks.rs"]
mod locks;
#[path = "traps/memory.rs"]
mod memory;
#[path = "traps/response.rs"]
mod response;
#[path = "support/seccomp.rs"]
mod seccomp;
#[path = "support/trap.rs"]
mod trap;

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use trap::{Counts, Response, alone};

/// What `body` did in media scope.
fn counted<R>(body: impl FnOnce() -> R) -> (Counts, R) {
    let before = trap::counts();
    let scope = trap::enter();
    let result = body();
    drop(scope);
    (trap::counts().since(before), result)
}

/// Waits without a call to the system, as a thread in media scope has to.
fn spin_until(flag: &AtomicBool) {
    while !flag.load(Ordering::Acquire) {
        std::hint::spin_loop();
    }
}

fn only(body: impl FnOnce()) -> Counts {
    counted(body).0
}
