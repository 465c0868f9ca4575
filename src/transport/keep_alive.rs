//! Boundary: keep-alives (RFC 6263): what a session sends while it has nothing to send, so that address translators keep its
//! way open and peers that wait for a first packet get one.

use crate::error::ConfigError;
use std::time::Duration;

/// How often and as what. Default: each 15 s (RFC 6263 section 6), as RTP.
/// Sent by the I/O thread, for a session that sends nothing else in that time.
///
/// ```
/// use media_core::{AudioFormat, KeepAlive, KeepAliveKind, MediaSessionParams};
/// use std::time::Duration;
///
/// let keep_alive = KeepAlive::new(KeepAliveKind::Empty, Duration::from_secs(20));
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).keep_alive(keep_alive);
/// assert_eq!(params.keep_alive, Some(keep_alive));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeepAlive {
    /// After so long without an outward packet one is sent; 1 s to 10 minutes.
    pub interval: Duration,
    /// As what.
    pub kind: KeepAliveKind,
}

/// What a keep-alive is.
///
/// Example: [`KeepAlive`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepAliveKind {
    /// An RTP packet without payload, of a payload type that was not negotiated (RFC 6263 section 4.6). It takes a number of
    /// the session's own sequence, so that nothing counts as lost, and opens peers that wait for RTP in sequence. In a relay
    /// stream of datagrams it is [`Empty`](Self::Empty).
    #[default]
    Rtp,
    /// A datagram without an octet (section 4.1).
    Empty,
    /// Comfort noise at the lowest level (section 4.2), where it was negotiated.
    ComfortNoise,
    /// RTCP on the RTP port (section 4.3), where both share one.
    Rtcp,
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self { interval: Duration::from_secs(15), kind: KeepAliveKind::Rtp }
    }
}

impl KeepAlive {
    /// Of a kind, each `interval`.
    pub fn new(kind: KeepAliveKind, interval: Duration) -> Self {
        Self { interval, kind }
    }

    pub(crate) fn check(&self, noise: bool, mux: bool) -> Result<(), ConfigError> {
        if !(Duration::from_secs(1)..=Duration::from_secs(600)).contains(&self.interval) {
            return Err(ConfigError::new("keep_alive.interval", format!("{:?}", self.interval), "1 s to 10 min"));
        }
        match self.kind {
            KeepAliveKind::ComfortNoise if !noise => {
                let legal = "Rtp, Empty, or comfort noise that was negotiated (MediaSessionParams::comfort_noise)";
                Err(ConfigError::new("keep_alive.kind", "ComfortNoise", legal))
            }
            KeepAliveKind::Rtcp if !mux => {
                let legal = "Rtp or Empty; RTCP where RTP and RTCP share a port (rtcp_mux)";
                Err(ConfigError::new("keep_alive.kind", "Rtcp", legal))
            }
            _ => Ok(()),
        }
    }
}

/// What an I/O thread has to know of it. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepAlivePlan {
    /// As asked for.
    pub keep_alive: KeepAlive,
    /// Payload type of what is sent.
    pub payload_type: u8,
    /// The session's outward SSRC.
    pub ssrc: u32,
    /// The first number that the session itself would send.
    pub sequence: u16,
    /// Its first timestamp.
    pub timestamp: u32,
    /// Units of its timestamps in a second.
    pub clock_rate: u32,
}

/// A payload type that none of `used` is: dynamic ones from the last one down.
pub(crate) fn unused_payload_type(used: impl Fn(u8) -> bool) -> u8 {
    (96..=127).rev().find(|&payload_type| !used(payload_type)).unwrap_or(20)
}
