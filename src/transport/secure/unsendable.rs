//! Pure: why a packet cannot be protected, and how much longer one becomes.

/// The most octets that protection adds to a packet: 16 of an AEAD tag, 4 of SRTCP's index (RFC 7714 section 9).
pub const LONGEST_TRAILER: usize = 20;

/// Why a packet could not be protected, and does not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsendable {
    /// It is no packet, or there is no room for a tag behind it.
    Malformed,
    /// The key protected all the packets that it may (RFC 3711 section 9.2), or one of that index before.
    KeyUsedUp,
    /// No key is there yet.
    NoKey,
}
