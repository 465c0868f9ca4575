//! Pure: which payload types a format can have.

use crate::error::SessionError;

/// RTCP's range is left out (RFC 5761 section 4).
pub(super) fn check_payload_type(payload_type: u8) -> Result<(), SessionError> {
    match payload_type {
        0..=63 | 96..=127 => Ok(()),
        other => Err(SessionError::PayloadType(other)),
    }
}
