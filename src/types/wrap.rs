//! Pure: RTP's wrapping counters (RFC 3550 section 5.1): 16-bit sequence numbers, 32-bit timestamps.

/// A 16-bit RTP sequence number, compared modulo 2^16.
///
/// ```
/// use media_core::types::SequenceNumber;
///
/// let last = SequenceNumber(65_535);
/// let next = last.advanced(2);
/// assert_eq!(next, SequenceNumber(1));
/// assert_eq!(next.distance_from(last), 2); // over the wrap
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct SequenceNumber(pub u16);

impl SequenceNumber {
    /// Signed distance from `other` to `self`, in -32768..=32767: positive if `self` is newer.
    pub const fn distance_from(self, other: Self) -> i16 {
        self.0.wrapping_sub(other.0) as i16
    }

    /// The number `n` after this one.
    #[must_use]
    pub const fn advanced(self, n: u16) -> Self {
        Self(self.0.wrapping_add(n))
    }
}

/// Signed distance from timestamp `from` to timestamp `to`, modulo 2^32: positive if `to` is newer.
pub const fn timestamp_delta(to: u32, from: u32) -> i32 {
    to.wrapping_sub(from) as i32
}
