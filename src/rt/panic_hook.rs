//! Boundary: a panic hook that keeps quiet on media threads, where printing would allocate, lock and wait.
//!
//! There it only notes where the panic was, for the fault that is reported later; on every other thread the hook that
//! was there before runs as ever.

use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::{fmt, str};

use super::scope::on_media_thread;

const KEPT: usize = 48;

/// Where a panic was: plain data, so that it can cross an event lane.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PanicSite {
    file: [u8; KEPT],
    length: u8,
    line: u32,
}

impl PanicSite {
    fn new(file: &str, line: u32) -> Self {
        // The end of a path says more than its start.
        let mut from = file.len().saturating_sub(KEPT);
        while !file.is_char_boundary(from) {
            from += 1;
        }
        let tail = &file.as_bytes()[from..];
        let mut kept = [0; KEPT];
        kept[..tail.len()].copy_from_slice(tail);
        Self { file: kept, length: tail.len() as u8, line }
    }

    /// The source file, its last 48 octets.
    pub fn file(&self) -> &str {
        self.file.get(..usize::from(self.length)).and_then(|file| str::from_utf8(file).ok()).unwrap_or_default()
    }

    /// The line in it.
    pub const fn line(&self) -> u32 {
        self.line
    }
}

impl fmt::Debug for PanicSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PanicSite({self})")
    }
}

impl fmt::Display for PanicSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.line)
    }
}

thread_local! {
    static LAST: Cell<Option<PanicSite>> = const { Cell::new(None) };
}

/// Where the last panic on this media thread was; asking forgets it. Real-time safe.
pub fn take_panic_site() -> Option<PanicSite> {
    LAST.take()
}

/// Installs the hook, once per process however often it is called.
pub fn install() {
    static ONCE: Once = Once::new();
    install_by(&ONCE);
}

#[expect(clippy::disallowed_methods, reason = "control side")]
fn install_by(once: &Once) {
    once.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            if on_media_thread() {
                LAST.set(info.location().map(|at| PanicSite::new(at.file(), at.line())));
            } else {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests;
