//! Boundary: a relay stream's half at its I/O thread: what it takes, to whom it passes that on, and what is counted.

use crate::telemetry::counters::RelayGauges;
use crate::transport::latch::Latch;
use crate::types::{BindingKey, MediaTime, StreamId};
use std::net::SocketAddr;
use std::sync::Arc;

/// Which payload types pass, and as what.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PayloadTypeMap([u8; 128]);

/// What no payload type is.
const NONE: u8 = 0xff;

impl PayloadTypeMap {
    /// Of pairs (as it comes, as it goes); of two for one that comes, the first.
    pub fn new(pairs: impl IntoIterator<Item = (u8, u8)>) -> Self {
        let mut map = [NONE; 128];
        for (from, to) in pairs {
            if let Some(place) = map.get_mut(usize::from(from)).filter(|place| **place == NONE) {
                *place = to & 0x7f;
            }
        }
        Self(map)
    }

    /// As what a payload type goes on. Real-time safe.
    pub fn get(&self, payload_type: u8) -> Option<u8> {
        self.0.get(usize::from(payload_type)).copied().filter(|to| *to != NONE)
    }

    /// The pairs, by the type as it comes.
    pub fn iter(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
        (0..128u8).filter_map(|from| Some((from, self.get(from)?)))
    }
}

impl std::fmt::Debug for PayloadTypeMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// To whom a relay stream passes on what it takes. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayLink {
    /// The partner's binding at the same port.
    pub to: BindingKey,
    /// Payload types; not looked at where datagrams are no RTP.
    pub payload_types: PayloadTypeMap,
}

/// One setting of a relay stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelaySetting {
    /// Its partner, or none.
    Link(Option<RelayLink>),
    /// Which ways media flows: from its peer, to its peer. RTCP flows either way all the time.
    Flow {
        /// What its peer sends is taken.
        inward: bool,
        /// What the partner takes is sent to its peer.
        outward: bool,
    },
}

/// A relay stream's half at its I/O thread: what it takes, to whom it passes that on, and what is counted.
///
/// A relay stream has sockets of its own and no leg: what its peer sends goes out of the partner's socket in the turn in
/// which it was read, as it came. **Nothing is queued**: what the kernel does not take at once is counted and forgotten.
/// Of an RTP packet only the payload type changes, where the two sides negotiated different numbers; SSRC, sequence number,
/// timestamp, marker, header extensions and payload stay, so that RTCP of either side remains true at the other.
///
/// Made by the control side, travels with its [`Endpoint`](crate::transport::Endpoint) and comes home with it.
#[derive(Debug)]
pub struct RelayEnd {
    /// Which stream of its session.
    pub stream: StreamId,
    /// Datagrams of any protocol, instead of RTP and RTCP.
    pub plain: bool,
    /// RTCP goes by the RTP port (RFC 5761).
    pub rtcp_mux: bool,
    /// See [`RelaySetting::Flow`].
    pub inward: bool,
    /// See [`RelaySetting::Flow`].
    pub outward: bool,
    /// What is counted; the supervisor keeps the other half.
    pub gauges: Arc<RelayGauges>,
    pub(super) link: Option<RelayLink>,
    /// What it had learnt at the I/O thread that it comes from.
    pub(super) latch: Option<Latch>,
    /// Where its peer's RTCP comes from, if from a port of its own, and when it was heard.
    pub(super) rtcp_source: Option<(SocketAddr, MediaTime)>,
}

impl RelayEnd {
    /// A stream that flows both ways and has no partner. Allocates: control side.
    pub fn new(stream: StreamId, plain: bool, rtcp_mux: bool, gauges: Arc<RelayGauges>) -> Self {
        Self {
            stream,
            plain,
            rtcp_mux,
            inward: true,
            outward: true,
            gauges,
            link: None,
            latch: None,
            rtcp_source: None,
        }
    }

    /// Before it begins anew at another thread: without a partner, with what it is asked for by now.
    pub(crate) fn renew(&mut self, inward: bool, outward: bool, remote: Option<SocketAddr>) {
        (self.link, self.inward, self.outward) = (None, inward, outward);
        if let (Some(latch), Some(remote)) = (&mut self.latch, remote) {
            latch.signal(remote);
        }
    }

    pub(super) fn set(&mut self, setting: RelaySetting) {
        match setting {
            RelaySetting::Link(link) => self.link = link,
            RelaySetting::Flow { inward, outward } => (self.inward, self.outward) = (inward, outward),
        }
    }
}
