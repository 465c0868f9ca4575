//! Boundary: the edges to the embedder's own layers: dialogs of a SIP layer, packets to and from an RTP stack, samples of other rates.

mod capability_provider;
mod dialogs;
mod event;
mod packet_handler;
mod resampled_pcm;
mod rtp_sessions;
mod session_bridge;
mod session_provider;

pub use crate::transport::{RtpBridge, RtpBridgeError};
pub use capability_provider::{MediaCapabilityProvider, MediaNegotiationResult};
pub use event::{IntegrationEvent, IntegrationEventKind};
pub use packet_handler::MediaPacketHandler;
pub use resampled_pcm::{ResampledPcmReader, ResampledPcmWriter};
pub use rtp_sessions::{RtpSessionCoordinator, RtpSessions};
pub use session_bridge::{BegunMedia, ChangedMedia, SessionBridge};
pub use session_provider::MediaSessionProvider;

// What an embedder sets and reads of the transport that comes with the engine.
pub use crate::rt::os::limits::DescriptorShortage;
pub use crate::transport::io::TransportAdvice;
pub use crate::transport::{KeepAlive, KeepAliveKind, LatchMode, RtcpDatagram, RtcpParams, RtcpReader};
