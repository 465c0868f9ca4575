//! Control: what can be changed, and why.

use std::time::Duration;

/// How soon and how far something is changed.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum AdaptationProfile {
    /// Late and little: 20 s between changes.
    Conservative,
    /// 10 s between changes.
    #[default]
    Balanced,
    /// Soon and far: 5 s between changes.
    Aggressive,
}

impl AdaptationProfile {
    /// The settling time: at most one change in so long.
    pub const fn settling(self) -> Duration {
        Duration::from_secs(match self {
            Self::Conservative => 20,
            Self::Balanced => 10,
            Self::Aggressive => 5,
        })
    }

    /// Intervals without trouble until something is taken back.
    pub(super) const fn calm(self) -> u32 {
        match self {
            Self::Conservative => 12,
            Self::Balanced => 6,
            Self::Aggressive => 3,
        }
    }
}

/// The Opus encoder as it works now.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpusInForce {
    /// Bit/s.
    pub bitrate: u32,
    /// Bit/s that it has on a good network: it comes back to that.
    pub preferred_bitrate: u32,
    /// The loss that it reckons with, percent.
    pub expected_loss_percent: u8,
    /// The loss that it reckons with on a good network, percent: it comes back to that.
    pub preferred_loss_percent: u8,
    /// The peer wants no in-band FEC.
    pub no_fec: bool,
    /// Deep Redundancy was negotiated: it is sent where much loss is expected, and needs 40 kbit/s.
    pub dred: bool,
}

impl OpusInForce {
    /// At its preferred bit rate, reckoning with that loss; on a good network with none.
    pub fn new(bitrate: u32, expected_loss_percent: u8) -> Self {
        Self {
            bitrate,
            preferred_bitrate: bitrate,
            expected_loss_percent,
            preferred_loss_percent: 0,
            no_fec: false,
            dred: false,
        }
    }
}

/// Redundancy (RFC 2198) as it is sent now, where it may follow what the peer loses.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedundancyInForce {
    /// Older packets in each.
    pub level: u8,
    /// As many as were negotiated.
    pub most: u8,
}

impl RedundancyInForce {
    /// So many older packets in each, of `most`.
    pub fn new(level: u8, most: u8) -> Self {
        Self { level, most }
    }
}

/// Discontinuous transmission as it is now, where it was negotiated and may follow the link.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DtxInForce {
    /// Pauses are not sent.
    pub on: bool,
    /// So it is on a good network.
    pub preferred: bool,
}

impl DtxInForce {
    /// As it is, and as it is on a good network.
    pub fn new(on: bool, preferred: bool) -> Self {
        Self { on, preferred }
    }
}

/// What is sent and how it is received, as it is now.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendingInForce {
    /// The Opus encoder, if Opus is sent.
    pub opus: Option<OpusInForce>,
    /// Redundancy, if it may be changed.
    pub redundancy: Option<RedundancyInForce>,
    /// Discontinuous transmission, if it may be changed.
    pub dtx: Option<DtxInForce>,
    /// Packet time, ms.
    pub ptime_ms: u32,
    /// Our jitter buffer weighs loss heavier than delay already.
    pub patient_buffer: bool,
}

impl SendingInForce {
    /// Of an Opus encoder, 20 ms a packet.
    pub fn opus(opus: OpusInForce) -> Self {
        Self { opus: Some(opus), ..Self::other(20) }
    }

    /// Of another codec.
    pub fn other(ptime_ms: u32) -> Self {
        Self { opus: None, redundancy: None, dtx: None, ptime_ms, patient_buffer: false }
    }
}

/// A change.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Adjustment {
    /// Opus reckons with that loss, with in-band FEC if it is more than none and Deep Redundancy (where that was negotiated) if it
    /// is more than 5 %, at that bit rate: FEC needs 24 kbit/s, both 40.
    OpusLoss {
        /// Percent.
        expected_percent: u8,
        /// Bit/s.
        bitrate: u32,
    },
    /// Opus at another bit rate, bit/s.
    OpusBitrate(u32),
    /// So many older packets in each (RFC 2198), of those negotiated.
    Redundancy(u8),
    /// Discontinuous transmission: pauses are not sent, or are again.
    Dtx(bool),
    /// Another packet time, ms: fewer headers on a link that is full. To be negotiated.
    Ptime(u32),
    /// A jitter buffer that weighs loss heavier than delay (`true`: `JitterStrategy::Conservative`), or as before.
    PatientBuffer(bool),
    /// A codec that bears loss better (Opus). To be negotiated.
    RobustCodec,
}

/// Why.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdaptationReason {
    /// The peer loses what we send.
    RemoteLoss,
    /// The peer loses it while the round trip grows: the link is full.
    Congestion,
    /// Packets of the peer come too late for our buffer.
    LateArrivals,
    /// The network has been good for a while.
    Recovered,
}

/// A change that would help.
///
/// Example: [`Adaptation`](crate::quality::Adaptation).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AdaptationProposal {
    /// What.
    pub adjustment: Adjustment,
    /// Why.
    pub reason: AdaptationReason,
    /// How sure it is that this helps, 0.0..=1.0.
    pub confidence: f32,
}
