//! Pure: media time in units of an RTP clock.

use crate::types::MediaTime;

/// Converts the monotonic clock to the units of an RTP clock. Exact over any length of call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RtpClock {
    /// Hz.
    rate: u32,
}

impl RtpClock {
    pub(crate) const fn new(rate: u32) -> Self {
        Self { rate }
    }

    /// Units since the origin of `time`, rounded down.
    pub(crate) const fn units(self, time: MediaTime) -> i64 {
        const SECOND: u64 = 1_000_000_000;
        let ns = time.as_nanos();
        let (seconds, rest) = (ns / SECOND, ns % SECOND);
        // 1.8e10 seconds at most, and rest * rate < 2e14: neither product can overflow.
        (seconds * self.rate as u64 + rest * self.rate as u64 / SECOND) as i64
    }

    /// Units in a block of 10 ms.
    pub(crate) const fn block(self) -> i64 {
        (self.rate / 100) as i64
    }
}
