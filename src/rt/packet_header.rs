//! Boundary: what goes with a packet through a ring, as words.

use crate::rtp::RtpHeader;
use crate::types::{BindingKey, LegKey, MediaTime, SessionId};

/// Words of a header in a ring.
pub(super) const HEADER_WORDS: usize = 4;

/// Whom a packet in a ring is for: a leg of the worker (inbound) or a binding of the port (outbound).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketKey {
    index: u32,
    generation: u32,
}

impl From<LegKey> for PacketKey {
    fn from(key: LegKey) -> Self {
        Self { index: key.index, generation: key.generation }
    }
}

impl From<BindingKey> for PacketKey {
    fn from(key: BindingKey) -> Self {
        Self { index: key.index, generation: key.generation }
    }
}

impl PacketKey {
    /// As a leg's key (inbound rings).
    pub fn leg(self) -> LegKey {
        LegKey { index: self.index, generation: self.generation }
    }

    /// As a binding's key (outbound rings).
    pub fn binding(self) -> BindingKey {
        BindingKey { index: self.index, generation: self.generation }
    }

    /// As a session's identifier (rings of RTCP).
    pub fn session(self) -> SessionId {
        SessionId { index: self.index, generation: self.generation }
    }
}

/// What goes with a payload. Inbound, `time` is the packet's arrival; outbound, the tick that emitted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketHeader {
    /// Leg (inbound) or binding (outbound).
    pub key: PacketKey,
    /// Arrival, or time of the tick that emitted it.
    pub time: MediaTime,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP synchronization source.
    pub ssrc: u32,
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP payload type.
    pub payload_type: u8,
    /// RTP marker bit.
    pub marker: bool,
}

impl PacketHeader {
    /// Of a packet received for a leg.
    pub fn received(rtp: &RtpHeader, leg: LegKey, arrival: MediaTime) -> Self {
        Self {
            key: leg.into(),
            time: arrival,
            timestamp: rtp.timestamp,
            ssrc: rtp.ssrc,
            sequence: rtp.sequence,
            payload_type: rtp.payload_type,
            marker: rtp.marker,
        }
    }

    /// Of an RTCP datagram of a session: there is no RTP in it.
    pub fn of_report(session: SessionId, arrival: MediaTime) -> Self {
        let key = PacketKey { index: session.index, generation: session.generation };
        Self { key, time: arrival, timestamp: 0, ssrc: 0, sequence: 0, payload_type: 0, marker: false }
    }

    /// The RTP header to write before the payload.
    pub fn rtp(&self) -> RtpHeader {
        RtpHeader {
            marker: self.marker,
            payload_type: self.payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        }
    }

    pub(super) fn to_words(self, length: usize) -> [u64; HEADER_WORDS] {
        [
            u64::from(self.key.index) | u64::from(self.key.generation) << 32,
            self.time.as_nanos(),
            u64::from(self.timestamp) | u64::from(self.ssrc) << 32,
            u64::from(self.sequence)
                | u64::from(self.payload_type) << 16
                | u64::from(self.marker) << 24
                | (length as u64) << 32,
        ]
    }

    pub(super) fn from_words(w: [u64; HEADER_WORDS]) -> (Self, usize) {
        let header = Self {
            key: PacketKey { index: w[0] as u32, generation: (w[0] >> 32) as u32 },
            time: MediaTime::from_nanos(w[1]),
            timestamp: w[2] as u32,
            ssrc: (w[2] >> 32) as u32,
            sequence: w[3] as u16,
            payload_type: (w[3] >> 16) as u8,
            marker: w[3] >> 24 & 1 == 1,
        };
        (header, (w[3] >> 32) as usize)
    }
}
