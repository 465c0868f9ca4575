//! Boundary: the edges: packets to and from an RTP layer, sessions to and from a SIP layer.

mod endpoint;
pub mod io;
mod keep_alive;
mod own_streams;
mod port_order;
mod relay;
mod resampled_pcm;
#[cfg(test)]
mod rig;
mod rtcp_door;
mod rtp_bridge;
mod rtp_port;
mod transport_gauges;

pub use endpoint::{Endpoint, LatchMode, Path, PortSockets, UdpPath};
pub(crate) use keep_alive::unused_payload_type;
pub use keep_alive::{KeepAlive, KeepAliveKind, KeepAlivePlan};
pub use own_streams::{LoopGuard, Loops, OwnStreams};
pub use port_order::{PortEvent, PortOrder, PortReceipt, PortVerb};
pub use relay::{PayloadTypeMap, RelayEnd, RelayGauges, RelayLink, RelaySetting};
pub use resampled_pcm::{ResampledPcmReader, ResampledPcmWriter};
pub use rtcp_door::{RtcpDatagram, RtcpDesk, RtcpDoor, RtcpReader, RtcpRing, rtcp_door};
pub use rtp_bridge::{RtpBridge, RtpBridgeError};
pub use rtp_port::{Binding, Delivery, PortLink, RtpPort};
pub use transport_gauges::TransportGauges;
