//! Pure: RTP encoding names (the `rtpmap` names registered with IANA, RFC 3551 and RFC 4855).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The kind of media of an SDP `m=` line.
///
/// Example: [`CodecName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// `m=audio`.
    Audio,
    /// `m=video`.
    Video,
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Audio => "audio",
            Self::Video => "video",
        })
    }
}

/// An RTP encoding name. Names compare without case (RFC 8866 section 6.6).
///
/// A value of either side; only [`Other`](Self::Other) holds memory.
///
/// ```
/// use media_core::codec::{CodecName, MediaKind};
///
/// assert_eq!(CodecName::parse("pcma"), CodecName::Pcma);
/// assert_eq!(CodecName::parse("Speex").as_str(), "Speex");
/// assert!(!CodecName::TelephoneEvent.is_primary()); // it stands beside a codec
/// assert_eq!(MediaKind::Video.to_string(), "video"); // as in `m=video`
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CodecName {
    /// G.711 with the µ-law.
    Pcmu,
    /// G.711 with the A-law.
    Pcma,
    /// G.722 at 64 kbit/s.
    G722,
    /// G.729, Annex A and B included.
    G729,
    /// Opus (RFC 6716, RFC 7587).
    Opus,
    /// Linear 16-bit samples in network order.
    L16,
    /// Comfort noise (RFC 3389).
    ComfortNoise,
    /// Events and tones as `telephone-event` (RFC 4733).
    TelephoneEvent,
    /// Redundant audio data (RFC 2198): packets that carry older ones again.
    Redundancy,
    /// H.264 (RFC 6184).
    H264,
    /// One that this library does not know: an embedder's own, or a peer's.
    Other(Arc<str>),
}

impl CodecName {
    const KNOWN: [Self; 10] = [
        Self::Pcmu,
        Self::Pcma,
        Self::G722,
        Self::G729,
        Self::Opus,
        Self::L16,
        Self::ComfortNoise,
        Self::TelephoneEvent,
        Self::Redundancy,
        Self::H264,
    ];

    /// From an `rtpmap` name.
    pub fn parse(name: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|k| k.as_str().eq_ignore_ascii_case(name));
        known.unwrap_or_else(|| Self::Other(name.into()))
    }

    /// The name as it is registered.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
            Self::G722 => "G722",
            Self::G729 => "G729",
            Self::Opus => "opus",
            Self::L16 => "L16",
            Self::ComfortNoise => "CN",
            Self::TelephoneEvent => "telephone-event",
            Self::Redundancy => "red",
            Self::H264 => "H264",
            Self::Other(name) => name,
        }
    }

    /// Whether it carries speech or music or pictures: itself: not events, not comfort noise, not redundancy.
    pub fn is_primary(&self) -> bool {
        !matches!(self, Self::ComfortNoise | Self::TelephoneEvent | Self::Redundancy)
    }
}

impl PartialEq for CodecName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

impl Eq for CodecName {}

impl Hash for CodecName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().bytes().for_each(|b| state.write_u8(b.to_ascii_lowercase()));
    }
}

impl fmt::Display for CodecName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
