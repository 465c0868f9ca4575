//! Boundary: packets between the network and the workers: ports and their bindings, the I/O machine, its threads, RTCP, relays.
//!
//! A worker knows rings and bindings; all that has to do with addresses is in here. [`RtpPort`] is the one end, and what
//! owns it (an I/O thread of [`io`], an [`RtpBridge`]) the other.

mod block;
mod endpoint;
mod equipment;
mod handshake;
#[cfg(feature = "dtls")]
pub mod ice;
pub mod io;
mod keep_alive;
mod latch;
mod own_streams;
mod port_order;
mod relay;
mod reporting;
mod retransmission;
#[cfg(test)]
pub(crate) mod rig;
mod rtcp;
mod rtp_bridge;
mod rtp_port;
pub mod secure;
#[cfg(feature = "dtls")]
mod timeline;
mod transport_wide;

pub(crate) use block::{is_private, same_block};
pub use endpoint::{Endpoint, Path, PortSockets, UdpPath};
pub use equipment::Equipment;
pub use handshake::{
    HandshakeDatagram, HandshakeReceiver, HandshakeSender, Handshakes, LONGEST_HANDSHAKE, handshake_ring,
};
pub(crate) use keep_alive::unused_payload_type;
pub use keep_alive::{KeepAlive, KeepAliveKind, KeepAlivePlan};
pub use latch::{
    Expectation, GRANT, HOST_PRESENCE, LOCK_AFTER, Latch, LatchMode, REBIND_SILENCE, SOURCE_SILENCE, Verdict,
};
pub use own_streams::{LoopGuard, Loops, OwnStreams};
pub use port_order::{PortEvent, PortOrder, PortReceipt, PortVerb};
pub use relay::{PayloadTypeMap, RelayEnd, RelayLink, RelaySetting};
pub use reporting::{ReportPlan, RtcpParams};
pub use retransmission::Retransmission;
pub use rtcp::{RtcpDatagram, RtcpReader, RtcpReceivers, RtcpRing, RtcpSender, rtcp_sender};
pub use rtp_bridge::{RtpBridge, RtpBridgeError};
pub use rtp_port::{Binding, Delivery, PortLink, RtpPort};
pub use transport_wide::TransportWide;
