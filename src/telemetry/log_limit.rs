//! Control: how much may be logged of what others do: of each session a line now and then, of all together no flood. What
//! was left out is counted, and said.

use crate::types::{MediaTime, SessionId};
use std::collections::HashMap;
use std::time::Duration;

/// Of one session: so many lines at once, then one each `SESSION_EVERY`.
const SESSION_BURST: u32 = 3;
const SESSION_EVERY: Duration = Duration::from_secs(10);
/// Of all sessions together.
const WHOLE_BURST: u32 = 20;
const WHOLE_EVERY: Duration = Duration::from_millis(500);

/// Lines that may be logged now, and when the next one comes in: a token bucket.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u32,
    burst: u32,
    every: Duration,
    filled: MediaTime,
}

impl Bucket {
    fn new(burst: u32, every: Duration, now: MediaTime) -> Self {
        Self { left: burst, burst, every, filled: now }
    }

    fn fill(&mut self, now: MediaTime) {
        let due = now.nanos_since(self.filled) / self.every.as_nanos() as u64;
        if due > 0 {
            self.left = self.burst.min(self.left.saturating_add(due.min(u64::from(u32::MAX)) as u32));
            self.filled = if self.left == self.burst { now } else { self.filled + self.every * due as u32 };
        }
    }
}

/// The limiter of a control thread's log. Holds an entry for each session that was logged of, until it is forgotten.
#[derive(Debug, Default)]
pub(crate) struct LogLimit {
    sessions: HashMap<SessionId, (Bucket, u64)>,
    whole: Option<Bucket>,
    unsaid: u64,
    suppressed: u64,
}

impl LogLimit {
    /// Whether a line about a session may be logged: with how many were left out of it since the last one.
    pub(crate) fn admit(&mut self, session: SessionId, now: MediaTime) -> Option<u64> {
        let whole = self.whole.get_or_insert(Bucket::new(WHOLE_BURST, WHOLE_EVERY, now));
        let fresh = (Bucket::new(SESSION_BURST, SESSION_EVERY, now), 0);
        let (own, left_out) = self.sessions.entry(session).or_insert(fresh);
        whole.fill(now);
        own.fill(now);
        if own.left == 0 || whole.left == 0 {
            *left_out += 1;
            self.unsaid += 1;
            self.suppressed += 1;
            return None;
        }
        own.left -= 1;
        whole.left -= 1;
        let said = std::mem::take(left_out);
        self.unsaid -= said;
        Some(said)
    }

    /// The session is gone.
    pub(crate) fn forget(&mut self, session: SessionId) {
        self.sessions.remove(&session);
    }

    /// Lines left out of which nothing was said yet, if it is time to: at most one such line each `WHOLE_EVERY`.
    pub(crate) fn unsaid(&mut self, now: MediaTime) -> Option<u64> {
        let whole = self.whole.as_mut().filter(|_| self.unsaid > 0)?;
        whole.fill(now);
        whole.left = whole.left.checked_sub(1)?;
        self.sessions.values_mut().for_each(|(_, left_out)| *left_out = 0);
        Some(std::mem::take(&mut self.unsaid))
    }

    /// All lines left out so far.
    pub(crate) fn suppressed(&self) -> u64 {
        self.suppressed
    }
}

#[cfg(test)]
mod tests;
