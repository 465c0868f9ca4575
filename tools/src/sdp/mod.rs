//! Pure: session descriptions (SDP, RFC 8866) to the engine's capability lists and back, for offer and answer (RFC 3264): what a SIP
//! layer does around `SessionBridge`. The engine itself knows no SDP text.
//!
//! One audio stream: payload types, `rtpmap`, `fmtp`, `ptime`, `maxptime`, direction, address and port, `rtcp`, `rtcp-mux`,
//! feedback (`rtcp-fb`, and the `extmap` of transport-wide numbers), keys of SRTP (`crypto`, RFC 4568), DTLS (`fingerprint`, `setup`), ICE (`ice-ufrag`, `ice-pwd`, our one candidate), `mid`. Other streams
//! are refused in the answer, each at its place (RFC 3264 section 6). What is not known is passed over: attributes, payload types of no
//! name. What contradicts itself is an error with its reason.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

mod crypto;
mod dtls;
mod error;
mod feedback;
mod read;
mod write;

pub use crypto::Crypto;
pub use dtls::{Dtls, Ice, Setup};
pub use error::SdpError;
pub use feedback::Feedback;
pub use read::read;
pub use write::{Identity, answer, offer, refuse};

use media_core::Direction;
use media_core::codec::CapabilityList;
use std::net::SocketAddr;

/// An audio stream as one side describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    /// What it can send and take.
    pub capabilities: CapabilityList,
    /// Where it takes RTP; `None`: nowhere now (0.0.0.0, a hold of old).
    pub at: Option<SocketAddr>,
    /// Which ways media flows, seen from who describes it.
    pub direction: Direction,
    /// RTCP shares the port of RTP (RFC 5761).
    pub rtcp_mux: bool,
    /// The port of RTCP, where it is named (RFC 3605); else the next one.
    pub rtcp_port: Option<u16>,
    /// Its feedback that is spoken.
    pub feedback: Feedback,
    /// Its keys of SRTP that are spoken, as it likes them best; none: it is plain.
    pub crypto: Vec<Crypto>,
    /// DTLS-SRTP, where that is spoken.
    pub dtls: Option<Dtls>,
    /// ICE, where that is spoken: then `at` says nothing.
    pub ice: Option<Ice>,
    /// Its name among the streams (RFC 5888).
    pub mid: Option<String>,
}

impl Audio {
    /// Both ways, with RTCP at the next port.
    #[must_use]
    pub fn new(capabilities: CapabilityList, at: SocketAddr) -> Self {
        Self {
            capabilities,
            at: Some(at),
            direction: Direction::SendReceive,
            rtcp_mux: false,
            rtcp_port: None,
            feedback: Feedback::default(),
            crypto: Vec::new(),
            dtls: None,
            ice: None,
            mid: None,
        }
    }

    /// The direction that its peer takes on: what this side sends the peer receives, and no more.
    #[must_use]
    pub fn answering_direction(&self) -> Direction {
        // Who takes packets nowhere is sent none.
        let somewhere = self.at.is_some() || self.ice.is_some();
        match (self.direction.receives() && somewhere, self.direction.sends()) {
            (true, true) => Direction::SendReceive,
            (true, false) => Direction::SendOnly,
            (false, true) => Direction::ReceiveOnly,
            (false, false) => Direction::Inactive,
        }
    }
}

/// A description that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its first audio stream that can be had.
    pub audio: Audio,
    /// Its streams: an answer has as many.
    streams: Vec<Stream>,
}

/// A stream of a description, as an answer repeats it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stream {
    media: String,
    proto: String,
    formats: String,
    is_the_audio: bool,
}

#[cfg(test)]
mod crypto_tests;
#[cfg(test)]
mod dtls_tests;
#[cfg(test)]
mod feedback_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod session_tests;
#[cfg(test)]
mod tests;
