//! Boundary: where a session's packets come from and go to, and what is counted about them.
//!
//! An [`Endpoint`] is made by the control side, travels to the thread that owns the [`RtpPort`](crate::transport::RtpPort) in an
//! order, lives there as long as the session, and comes home in the receipt that ends it: sockets are closed, keys
//! overwritten and gauges freed on the control side only.

use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::transport::latch::LatchMode;
use crate::transport::relay::RelayEnd;
use crate::transport::retransmission::Retransmission;
use crate::transport::secure::Protection;
use crate::transport::transport_wide::TransportWide;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

/// A session's end of the transport.
#[derive(Debug)]
pub struct Endpoint {
    /// What is counted; the supervisor keeps the other half.
    pub gauges: Arc<TransportGauges>,
    /// What its leg counts, where it has one: extended reports tell of it.
    pub leg: Option<Arc<LegGauges>>,
    /// How packets travel.
    pub path: Path,
    /// The half of a relay stream, where it is one; else packets are a leg's.
    pub relay: Option<Box<RelayEnd>>,
    /// What protects its packets, where something does.
    pub protection: Option<Box<Protection>>,
    /// What it works with by generic NACKs, on its way home.
    pub retransmission: Option<Box<Retransmission>>,
    /// What it works with by transport-wide feedback, on its way home.
    pub transport_wide: Option<Box<TransportWide>>,
}

impl Endpoint {
    /// One that does nothing but move packets that way.
    pub fn new(gauges: Arc<TransportGauges>, path: Path) -> Self {
        Self { gauges, leg: None, path, relay: None, protection: None, retransmission: None, transport_wide: None }
    }

    /// The address packets arrive at, if they travel by UDP.
    pub fn local(&self) -> Option<SocketAddr> {
        match &self.path {
            Path::Udp(path) => Some(path.local),
            Path::Bridge => None,
        }
    }
}

/// How a session's packets travel.
#[derive(Debug)]
pub enum Path {
    /// The port's owner moves them itself ([`RtpBridge`](crate::transport::RtpBridge)).
    Bridge,
    /// UDP, by an I/O thread of ours or a virtual network.
    Udp(UdpPath),
}

/// A UDP path.
#[derive(Debug)]
pub struct UdpPath {
    /// The bound, non-blocking sockets; `None` on a virtual network.
    pub sockets: Option<PortSockets>,
    /// The address packets arrive at.
    pub local: SocketAddr,
    /// Where to send, if signalled already; else learnt from the first packets (symmetric RTP).
    pub remote: Option<SocketAddr>,
    /// Whose packets are taken.
    pub latch: LatchMode,
}

/// The sockets of one session, bound and non-blocking.
#[derive(Debug)]
pub struct PortSockets {
    /// RTP, and RTCP too if both share a port (RFC 5761).
    pub rtp: UdpSocket,
    /// RTCP on the next port up (RFC 3550 section 11), if it has one of its own.
    pub rtcp: Option<UdpSocket>,
}
