//! Pure: the clock of machines that count in `Instant`s, on media time.

use crate::types::MediaTime;
use std::time::{Duration, Instant};

/// Media time as instants of some origin's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeline {
    base: Instant,
    origin: MediaTime,
}

impl Timeline {
    pub(super) fn new(now: MediaTime) -> Self {
        Self { base: Instant::now(), origin: now }
    }

    pub(super) fn instant(&self, at: MediaTime) -> Instant {
        self.base + Duration::from_nanos(at.nanos_since(self.origin))
    }

    #[cfg(any(test, not(feature = "dtls-openssl")))]
    pub(super) fn media_time(&self, at: Instant) -> MediaTime {
        self.origin + at.saturating_duration_since(self.base)
    }
}
