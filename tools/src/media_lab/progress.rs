//! Control: progress of long work: a line on standard error, only where a person looks at it.

use std::io::{IsTerminal, Write as _, stderr};
use std::time::{Duration, Instant};

/// Shows how far the work is, at most five times a second, and not at all for work of less than a second.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    total: usize,
    begun: Instant,
    shown: Option<Instant>,
    seen: bool,
}

impl Progress {
    /// Work of `total` steps.
    #[must_use]
    pub fn new(what: &'static str, total: usize) -> Self {
        Self { what, total: total.max(1), begun: Instant::now(), shown: None, seen: stderr().is_terminal() }
    }

    /// `done` steps are done.
    pub fn at(&mut self, done: usize) {
        let due = match self.shown {
            None => self.begun.elapsed() > Duration::from_secs(1),
            Some(last) => last.elapsed() > Duration::from_millis(200),
        };
        if self.seen && due {
            self.shown = Some(Instant::now());
            let _ = write!(stderr(), "\r{} {:3} %", self.what, 100 * done / self.total);
            let _ = stderr().flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
