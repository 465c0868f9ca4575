//! Boundary: the edges to the embedder's own layers: packets to and from an RTP stack, samples of other rates.

mod resampled_pcm;
mod rtp_bridge;

pub use resampled_pcm::{ResampledPcmReader, ResampledPcmWriter};
pub use rtp_bridge::{RtpBridge, RtpBridgeError};

// What an embedder sets and reads of the transport that comes with the engine.
pub use crate::rt::os::limits::DescriptorShortage;
pub use crate::transport::io::TransportAdvice;
pub use crate::transport::{KeepAlive, KeepAliveKind, LatchMode, RtcpDatagram, RtcpParams, RtcpReader};
