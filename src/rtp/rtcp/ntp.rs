//! Pure: time as RTCP tells it (RFC 3550 section 4).

use std::time::Duration;

/// Seconds between 1900, where NTP begins, and 1970.
const SINCE_1900: u64 = 2_208_988_800;

/// A moment in seconds since 1900 as a 32.32 fixed-point number, modulo 2^32 seconds (RFC 3550 section 4).
///
/// ```
/// use media_core::rtp::rtcp::NtpTime;
/// use std::time::Duration;
///
/// let (sent, back) = (Duration::from_secs(1_700_000_000), Duration::from_millis(1_700_000_000_250));
/// let (sent, back) = (NtpTime::since_1970(sent), NtpTime::since_1970(back));
/// // The round trip of a report that the other side held for 200 ms (section 6.4.1).
/// let held = NtpTime::units_of(Duration::from_millis(200));
/// let trip = NtpTime::round_trip(back, sent.middle(), held).unwrap();
/// assert_eq!(trip.as_millis(), 50); // to 1/65,536 s
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// Of the time since 1970.
    pub fn since_1970(time: Duration) -> Self {
        let seconds = time.as_secs().wrapping_add(SINCE_1900) & 0xffff_ffff;
        let fraction = (u64::from(time.subsec_nanos()) << 32) / 1_000_000_000;
        Self(seconds << 32 | fraction)
    }

    /// The middle 32 bits: 1/65,536 s, modulo 65,536 s, as reports name a time.
    pub fn middle(self) -> u32 {
        (self.0 >> 16) as u32
    }

    /// A duration in units of 1/65,536 s; what is longer than 65,535 s is that.
    pub fn units_of(time: Duration) -> u32 {
        u32::try_from((time.as_nanos() << 16) / 1_000_000_000).unwrap_or(u32::MAX)
    }

    /// The duration of so many units of 1/65,536 s.
    pub fn of_units(units: u32) -> Duration {
        Duration::from_nanos((u64::from(units) * 1_000_000_000) >> 16)
    }

    /// The round trip of a report that came at `now`, answers one of ours of `last` and was held for `delay` (RFC 3550
    /// section 6.4.1). `None` where it answers none, and where the clocks of the other side say less than nothing by more than
    /// rounding: half the range.
    pub fn round_trip(now: Self, last: u32, delay: u32) -> Option<Duration> {
        if last == 0 {
            return None;
        }
        let units = now.middle().wrapping_sub(last).wrapping_sub(delay) as i32;
        match units {
            // A delay that was rounded up.
            -66..0 => Some(Duration::ZERO),
            ..-66 => None,
            _ => Some(Self::of_units(units as u32)),
        }
    }
}
