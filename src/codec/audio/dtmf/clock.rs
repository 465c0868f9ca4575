//! Pure: the clocks of telephone events, and durations from one to another.

use std::time::Duration;

/// The clock of event durations, and that of the RTP timestamps that the events carry.
///
/// Within one RTP stream both should be the same (RFC 4733 section 2.1), and are with
/// [`EventClock::new`]. Endpoints that send Opus with `telephone-event/8000` have timestamps at 48000 Hz and durations
/// at 8000 Hz: [`EventClock::mixed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventClock {
    duration_hz: u32,
    timestamp_hz: u32,
}

impl EventClock {
    /// One clock rate for both, in Hz; 0 is taken as 8000.
    pub const fn new(hz: u32) -> Self {
        Self::mixed(hz, hz)
    }

    /// Durations at one clock rate, timestamps at another, in Hz; 0 is taken as 8000.
    pub const fn mixed(duration_hz: u32, timestamp_hz: u32) -> Self {
        const fn or_8000(hz: u32) -> u32 {
            if hz == 0 { 8_000 } else { hz }
        }
        Self { duration_hz: or_8000(duration_hz), timestamp_hz: or_8000(timestamp_hz) }
    }

    /// The clock rate of durations in Hz.
    pub const fn hz(self) -> u32 {
        self.duration_hz
    }

    /// A duration as a distance between timestamps.
    pub(super) const fn span(self, duration: u32) -> u32 {
        scale(duration, self.duration_hz, self.timestamp_hz)
    }

    /// A distance between timestamps as a duration.
    pub(super) const fn duration_of_span(self, distance: u32) -> u32 {
        scale(distance, self.timestamp_hz, self.duration_hz)
    }

    /// Whether durations that grew by `growth` in a time of `took` are of the clock of timestamps rather than their own: some
    /// senders of Opus with `telephone-event/8000` count 960 for 20 ms.
    pub(super) fn is_rather_of_timestamps(self, growth: u32, took: Duration) -> bool {
        let took_ms = took.as_secs_f32() * 1e3;
        let off = |hz: u32| (growth as f32 * 1e3 / hz as f32 - took_ms).abs();
        self.duration_hz != self.timestamp_hz && off(self.timestamp_hz) < off(self.duration_hz)
    }

    /// Milliseconds as a duration.
    pub const fn duration_of_ms(self, ms: u32) -> u32 {
        scale(ms, 1_000, self.duration_hz)
    }

    /// A duration in milliseconds, rounded.
    pub const fn ms(self, duration: u32) -> u32 {
        scale(duration, self.duration_hz, 1_000)
    }

    /// A duration of this clock as one of `other`, rounded.
    pub const fn translate(self, duration: u32, other: Self) -> u32 {
        scale(duration, self.duration_hz, other.duration_hz)
    }
}

/// `value · to / from`, rounded and saturating. `from` is never 0.
const fn scale(value: u32, from: u32, to: u32) -> u32 {
    let scaled = (value as u64 * to as u64 + from as u64 / 2) / from as u64;
    if scaled > u32::MAX as u64 { u32::MAX } else { scaled as u32 }
}
