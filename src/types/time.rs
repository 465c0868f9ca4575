//! Pure: media time (nanoseconds of a monotonic clock) and the number of a tick.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// A point on the monotonic clock in nanoseconds since an arbitrary origin. Never wall-clock time: an NTP step does not
/// reach it. Subtraction saturates at zero.
///
/// ```
/// use media_core::MediaTime;
/// use std::time::Duration;
///
/// let sent = MediaTime::from_millis(20);
/// let arrived = sent + Duration::from_millis(35);
/// assert_eq!(arrived.nanos_since(sent), 35_000_000);
/// assert_eq!(sent.nanos_since(arrived), 0); // never negative
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaTime(u64);

impl MediaTime {
    /// The origin.
    pub const ZERO: Self = Self(0);

    /// From nanoseconds since the origin.
    pub const fn from_nanos(ns: u64) -> Self {
        Self(ns)
    }

    /// From milliseconds since the origin.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms * 1_000_000)
    }

    /// Nanoseconds since the origin.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The time `d` before; the origin if that is earlier.
    pub const fn earlier_by(self, d: Duration) -> Self {
        Self(self.0.saturating_sub(d.as_nanos() as u64))
    }

    /// Time since `earlier` in nanoseconds; zero if `earlier` is later.
    pub const fn nanos_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for MediaTime {
    type Output = Self;
    fn add(self, d: Duration) -> Self {
        Self(self.0.saturating_add(d.as_nanos() as u64))
    }
}

impl AddAssign<Duration> for MediaTime {
    fn add_assign(&mut self, d: Duration) {
        *self = *self + d;
    }
}

impl Sub for MediaTime {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos_since(earlier))
    }
}

impl fmt::Debug for MediaTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06} ms", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

/// The number of a tick of 10 ms blocks since the worker started. A skipped tick has a number too: tick numbers follow
/// time, so a clock that counts them stays right over a skip.
///
/// Example: [`VirtualEngine`](crate::VirtualEngine).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TickNumber(pub u64);

impl TickNumber {
    /// How many ticks after `earlier`; zero if before it.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<u64> for TickNumber {
    type Output = Self;
    fn add(self, n: u64) -> Self {
        Self(self.0 + n)
    }
}
