//! Pure: what a side of a call can send and take: one entry per payload type, as SDP states it, and lists of them.

use std::fmt;

use super::{CodecName, Fmtp, MediaKind};
use crate::types::PtimeSet;

/// One payload type of an `m=` line: number, `rtpmap` and `fmtp`. Build it with [`new`](Self::new),
/// [`rtpmap`](Self::rtpmap) or [`static_type`](Self::static_type) and refine it with the `with_…` methods.
///
/// ```
/// use media_core::codec::{CodecCapability, CodecName};
///
/// let opus = CodecCapability::rtpmap(111, "opus/48000/2").unwrap().with_fmtp("useinbandfec=1;usedtx=1");
/// assert_eq!((&opus.name, opus.channels, opus.fmtp.get("usedtx")), (&CodecName::Opus, 2, Some("1")));
/// assert_eq!(CodecCapability::static_type(8).unwrap().name, CodecName::Pcma); // RFC 3551 section 6
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodecCapability {
    /// The RTP payload type, 0..=127 without 64..=95 (RFC 5761 section 4).
    pub payload_type: u8,
    /// The encoding name.
    pub name: CodecName,
    /// The RTP clock rate in Hz: 8000 for G.722 although it samples at 16 kHz (RFC 3551 section 4.5.2).
    pub clock_rate: u32,
    /// Channels as stated in the `rtpmap`: always 2 for Opus (RFC 7587 section 7), 1 where it says nothing.
    pub channels: u8,
    /// Format parameters.
    pub fmtp: Fmtp,
    /// The packet times that this side can send with this codec; not part of SDP, unused in a peer's list.
    pub ptimes: PtimeSet,
}

impl CodecCapability {
    /// A codec without format parameters. Opus: 48000 and 2 always.
    pub fn new(payload_type: u8, name: CodecName, clock_rate: u32, channels: u8) -> Self {
        let ptimes = if name == CodecName::Opus { PtimeSet::OPUS } else { PtimeSet::ALL };
        Self { payload_type, name, clock_rate, channels, fmtp: Fmtp::none(), ptimes }
    }

    /// From the text of an `rtpmap` (RFC 8866 section 6.6), for example `opus/48000/2`; `None` if it is not one.
    pub fn rtpmap(payload_type: u8, text: &str) -> Option<Self> {
        let mut parts = text.trim().split('/');
        let name = parts.next().filter(|n| !n.is_empty())?;
        let clock_rate = parts.next()?.parse().ok().filter(|&r| r > 0)?;
        let channels = parts.next().map_or(Some(1), |c| c.parse().ok()).filter(|&c| c > 0)?;
        parts.next().is_none().then(|| Self::new(payload_type, CodecName::parse(name), clock_rate, channels))
    }

    /// A payload type with a fixed meaning (RFC 3551 table 4) that a peer may name without `rtpmap`; `None` for the
    /// dynamic ones and those that the table leaves out.
    pub fn static_type(payload_type: u8) -> Option<Self> {
        let (name, clock_rate, channels) = match payload_type {
            0 => ("PCMU", 8_000, 1),
            3 => ("GSM", 8_000, 1),
            4 => ("G723", 8_000, 1),
            5 => ("DVI4", 8_000, 1),
            6 => ("DVI4", 16_000, 1),
            7 => ("LPC", 8_000, 1),
            8 => ("PCMA", 8_000, 1),
            9 => ("G722", 8_000, 1),
            10 => ("L16", 44_100, 2),
            11 => ("L16", 44_100, 1),
            12 => ("QCELP", 8_000, 1),
            13 => ("CN", 8_000, 1),
            14 => ("MPA", 90_000, 1),
            15 => ("G728", 8_000, 1),
            16 => ("DVI4", 11_025, 1),
            17 => ("DVI4", 22_050, 1),
            18 => ("G729", 8_000, 1),
            25 => ("CelB", 90_000, 1),
            26 => ("JPEG", 90_000, 1),
            28 => ("nv", 90_000, 1),
            31 => ("H261", 90_000, 1),
            32 => ("MPV", 90_000, 1),
            33 => ("MP2T", 90_000, 1),
            34 => ("H263", 90_000, 1),
            _ => return None,
        };
        Some(Self::new(payload_type, CodecName::parse(name), clock_rate, channels))
    }

    /// With the format parameters of an `a=fmtp` line.
    #[must_use]
    pub fn with_fmtp(mut self, text: &str) -> Self {
        self.fmtp = Fmtp::parse(text);
        self
    }

    /// With the packet times that this side can send.
    #[must_use]
    pub fn with_ptimes(mut self, ptimes: PtimeSet) -> Self {
        self.ptimes = ptimes;
        self
    }

    /// Whether both name the same format: name, clock rate and channels. Format parameters are the codec's business.
    pub fn same_format(&self, other: &Self) -> bool {
        self.name == other.name && self.clock_rate == other.clock_rate && self.channels == other.channels
    }
}

/// As it stands in SDP, in one line.
impl fmt::Debug for CodecCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}")?;
        if self.fmtp.is_empty() { f.write_str("\"") } else { write!(f, " {}\"", self.fmtp) }
    }
}

impl fmt::Display for CodecCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.payload_type, self.name, self.clock_rate)?;
        if self.channels > 1 { write!(f, "/{}", self.channels) } else { Ok(()) }
    }
}

/// What one side states about one stream: its `m=` line with everything that bears on codecs.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapabilityList {
    /// Audio or video.
    pub kind: MediaKind,
    /// The payload types in order of preference.
    pub codecs: Vec<CodecCapability>,
    /// `a=ptime` in ms: the packet time that this side wishes to receive.
    pub ptime_ms: Option<u32>,
    /// `a=maxptime` in ms: the longest packet that this side takes.
    pub maxptime_ms: Option<u32>,
}

impl CapabilityList {
    /// An audio stream without `ptime` and `maxptime`.
    pub fn audio(codecs: Vec<CodecCapability>) -> Self {
        Self { kind: MediaKind::Audio, codecs, ptime_ms: None, maxptime_ms: None }
    }

    /// A video stream.
    pub fn video(codecs: Vec<CodecCapability>) -> Self {
        Self { kind: MediaKind::Video, ..Self::audio(codecs) }
    }

    /// With `a=ptime`.
    #[must_use]
    pub fn with_ptime(mut self, ms: u32) -> Self {
        self.ptime_ms = Some(ms);
        self
    }

    /// With `a=maxptime`.
    #[must_use]
    pub fn with_maxptime(mut self, ms: u32) -> Self {
        self.maxptime_ms = Some(ms);
        self
    }

    /// The entry of that payload type.
    pub fn payload_type(&self, payload_type: u8) -> Option<&CodecCapability> {
        self.codecs.iter().find(|c| c.payload_type == payload_type)
    }
}
