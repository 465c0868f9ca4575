//! Pure: how a negotiated codec is to be operated in the sending direction.

use super::ProfileLevelId;

/// Operating parameters of a codec, as negotiated or set by hand; what an encoder is built from besides its sample
/// rate and packet time.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum CodecParameters {
    /// The codec has none.
    #[default]
    Plain,
    /// G.729.
    G729 {
        /// Whether the silence compression of Annex B may be used: both sides allow it (RFC 4856 section 2.1.9).
        annex_b: bool,
    },
    /// Opus.
    Opus(OpusParameters),
    /// H.264.
    #[serde(skip)]
    H264(H264Parameters),
}

/// What the receiver of our Opus stream asks for (RFC 7587 section 6.1), within what we do.
///
/// Example: [`OpusFmtp`](crate::codec::OpusFmtp).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct OpusParameters {
    /// The highest rate in Hz that is rendered, 8000..=48000: more bandwidth would be wasted.
    pub max_playback_rate: u32,
    /// The highest average bit rate in bit/s, 6000..=510000; `None`: as the encoder sees fit.
    pub max_average_bitrate: Option<u32>,
    /// Two channels may be sent.
    pub stereo: bool,
    /// Constant bit rate.
    pub constant_bitrate: bool,
    /// In-band forward error correction is of use to the receiver.
    pub inband_fec: bool,
    /// Discontinuous transmission.
    pub dtx: bool,
    /// Deep Redundancy is of use to the receiver: how far it may reach back, ms; 0: it is not.
    #[serde(default)]
    pub dred_ms: u16,
}

impl Default for OpusParameters {
    fn default() -> Self {
        Self {
            max_playback_rate: 48_000,
            max_average_bitrate: None,
            stereo: false,
            constant_bitrate: false,
            inband_fec: false,
            dtx: false,
            dred_ms: 0,
        }
    }
}

/// What H.264 streams may hold, each way (RFC 6184 section 8.2.2).
///
/// Example: [`ProfileLevelId`](crate::codec::ProfileLevelId).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct H264Parameters {
    /// Profile, and the highest level that the peer takes.
    pub send: ProfileLevelId,
    /// Profile, and the highest level that the peer may send.
    pub receive: ProfileLevelId,
    /// 0 (single NAL unit) or 1 (non-interleaved), the same both ways.
    pub packetization_mode: u8,
}
