//! Control: packets that come and cannot be played: why, and what is to be done about it.

use crate::rtp::RtpFault;
use std::fmt;

/// Why what a session's peer sends is not heard.
///
/// Its text names cause and remedy.
///
/// ```
/// use media_core::Unplayable;
///
/// let text = Unplayable::PayloadType(18).to_string();
/// assert!(text.contains("18"), "{text}");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unplayable {
    /// A payload type that the session does not take.
    PayloadType(u8),
    /// Payloads that are none of the codec's, by their length or form.
    Payload {
        /// Their payload type.
        payload_type: u8,
        /// Octets of the last one.
        octets: u64,
    },
    /// Datagrams of another protocol, or broken ones.
    Protocol(RtpFault),
}

impl fmt::Display for Unplayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PayloadType(payload_type) => write!(
                f,
                "payload type {payload_type} is not negotiated: have the sender use one of the answer, or add its codec to \
                 the session's parameters"
            ),
            Self::Payload { payload_type, octets } => write!(
                f,
                "payloads of type {payload_type} are not of the negotiated codec (the last has {octets} octets): look at the \
                 sender's codec, rate and packet time (up to 200 ms are taken), and whether it sends SRTP"
            ),
            Self::Protocol(RtpFault::Dtls | RtpFault::Stun) => f.write_str(
                "the peer speaks STUN or DTLS and waits for an answer: it wants WebRTC or DTLS-SRTP; put a gateway before it, or \
                 offer plain RTP (RTP/AVP)",
            ),
            Self::Protocol(fault) => write!(f, "what comes is no RTP ({fault}): look at what sends to this port"),
        }
    }
}
