//! Pure: what makes a capability list, or an entry of it, one that cannot be.

/// A list that contradicts itself or is out of range.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListFault {
    /// No payload type at all.
    #[error("it has no payload type")]
    Empty,
    /// A payload type out of range.
    #[error("payload type = {0}: must be 0 to 63 or 96 to 127 (RFC 5761)")]
    PayloadType(u8),
    /// One payload type with two meanings.
    #[error("payload type {payload_type} means {first} and {second}")]
    Ambiguous {
        /// The payload type.
        payload_type: u8,
        /// Its first meaning.
        first: String,
        /// Its other meaning.
        second: String,
    },
    /// Clock rate 0, or no channel.
    #[error("payload type {0} has clock rate 0 or no channel")]
    BadClock(u8),
    /// Opus with another clock rate than 48000, or, in our own list, number of channels than 2 (RFC 7587 section 7).
    #[error("payload type {0}: Opus must be opus/48000/2")]
    BadOpus(u8),
}
