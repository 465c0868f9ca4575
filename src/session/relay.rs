//! Control: what is asked of a relay stream: video, or datagrams of any protocol, that go to the partner of a bridge as they
//! come.

use crate::codec::negotiation::{CodecNegotiationResult, NegotiatedCodec};
use crate::codec::{CodecCapability, CodecName, CodecParameters, H264Parameters, ProfileLevelId};
use crate::error::{ConfigError, SessionError};
use crate::session::direction::Direction;
use crate::session::payload_type::check_payload_type;
use crate::transport::{KeepAlive, LatchMode, PayloadTypeMap};
use std::net::SocketAddr;

/// A relay stream of a session: an `m=` line whose media is not touched. It has a port of its own, and goes to the stream of
/// the same kind and place in the partner's list while the two sessions are bridged.
///
/// ```
/// use media_core::codec::CodecCapability;
/// use media_core::{
///     AudioFormat, Direction, MediaEngineConfig, MediaSessionParams, RelayFormat, RelayParams, StreamId, VirtualEngine,
/// };
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let vp8 = CodecCapability::rtpmap(96, "VP8/90000").unwrap();
/// let video = RelayParams::rtp([RelayFormat::new(&vp8)]).remote(([192, 0, 2, 10], 5000).into());
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).relay(video);
/// let session = engine.handle().create_media_session("a", params);
/// let session = engine.complete(session)?;
/// engine.complete(session.set_relay_direction(StreamId(1), Direction::Inactive))?; // hold
/// let state = engine.complete(session.relays())?.remove(0);
/// assert_eq!((state.stream, state.direction, state.partner), (StreamId(1), Direction::Inactive, None));
/// let statistics = engine.complete(session.relay_statistics(state.stream))?;
/// assert_eq!((statistics.taken, statistics.sent), (0, 0));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayParams {
    /// What it carries.
    pub kind: RelayKind,
    /// Where datagrams go, if signalled; else learnt from the first ones that come.
    pub remote: Option<SocketAddr>,
    /// Whose datagrams are taken.
    pub latch: LatchMode,
    /// Whether RTCP goes by the RTP port (RFC 5761); `None`: as `MediaEngineConfig::rtcp_mux` says. `Some(false)` is refused
    /// where that is true.
    pub rtcp_mux: Option<bool>,
    /// What is sent while there is nothing to send (RFC 6263); `None`: nothing.
    pub keep_alive: Option<KeepAlive>,
    /// Which ways media flows (RFC 8866 section 6.7). RTCP flows either way all the time.
    pub direction: Direction,
}

/// What a relay stream carries.
///
/// Example: [`RelayParams`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayKind {
    /// RTP of these formats, and its RTCP. Other payload types are dropped and counted.
    Rtp(Vec<RelayFormat>),
    /// Datagrams of any protocol up to 1,500 octets, on one port. Without SSRC and sequence number a peer that an address
    /// translator moves is not followed.
    Datagrams,
}

/// One payload type of a relay stream, each way.
///
/// Example: [`RelayParams`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayFormat {
    /// Encoding name.
    pub name: CodecName,
    /// RTP clock rate in Hz.
    pub clock_rate: u32,
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
    /// The payload type that is sent to the peer.
    pub send_payload_type: u8,
    /// What was negotiated: for H.264 profile, levels and packetization mode, which must fit the partner's.
    pub parameters: CodecParameters,
}

impl RelayParams {
    /// RTP of these formats, both ways.
    pub fn rtp(formats: impl IntoIterator<Item = RelayFormat>) -> Self {
        Self::new(RelayKind::Rtp(formats.into_iter().collect()))
    }

    /// Datagrams of any protocol, both ways.
    pub fn datagrams() -> Self {
        Self::new(RelayKind::Datagrams)
    }

    /// RTP of all that a negotiation found in common.
    pub fn negotiated(result: &CodecNegotiationResult) -> Self {
        Self::rtp(result.codecs.iter().map(RelayFormat::from))
    }

    fn new(kind: RelayKind) -> Self {
        let keep_alive = Some(KeepAlive::default());
        let (latch, direction) = (LatchMode::default(), Direction::SendReceive);
        Self { kind, remote: None, latch, rtcp_mux: None, keep_alive, direction }
    }

    /// Sets where datagrams go.
    #[must_use]
    pub fn remote(mut self, remote: SocketAddr) -> Self {
        self.remote = Some(remote);
        self
    }

    /// Sets whose datagrams are taken.
    #[must_use]
    pub fn latch(mut self, latch: LatchMode) -> Self {
        self.latch = latch;
        self
    }

    /// Sets what is sent while there is nothing to send.
    #[must_use]
    pub fn keep_alive(mut self, keep_alive: impl Into<Option<KeepAlive>>) -> Self {
        self.keep_alive = keep_alive.into();
        self
    }

    /// Sets whether RTCP goes by the RTP port.
    #[must_use]
    pub fn rtcp_mux(mut self, mux: bool) -> Self {
        self.rtcp_mux = Some(mux);
        self
    }

    /// Sets which ways media flows.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    pub(super) fn check(&self) -> Result<(), SessionError> {
        let RelayKind::Rtp(formats) = &self.kind else { return Ok(()) };
        let wrong = |value: String, legal| SessionError::Parameter(ConfigError::new("relays", value, legal));
        if formats.is_empty() {
            return Err(wrong("RTP without a format".to_owned(), "at least one format, or RelayKind::Datagrams"));
        }
        for (at, format) in formats.iter().enumerate() {
            check_payload_type(format.receive_payload_type)?;
            check_payload_type(format.send_payload_type)?;
            let twice = |other: &RelayFormat| other.receive_payload_type == format.receive_payload_type;
            if formats.iter().take(at).any(twice) {
                let value = format!("payload type {} twice", format.receive_payload_type);
                return Err(wrong(value, "each payload type that the peer sends once"));
            }
        }
        Ok(())
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.kind == RelayKind::Datagrams
    }

    pub(crate) fn formats(&self) -> &[RelayFormat] {
        match &self.kind {
            RelayKind::Rtp(formats) => formats,
            RelayKind::Datagrams => &[],
        }
    }

    /// Which payload types of this stream's peer go to the peer of `partner`, and as what. Of several formats of `partner`
    /// that a format fits, each is used once, in order.
    pub(crate) fn passes_to(&self, partner: &Self) -> PayloadTypeMap {
        let theirs = partner.formats();
        let mut used = vec![false; theirs.len()];
        PayloadTypeMap::new(self.formats().iter().filter_map(|ours| {
            let fits = |(at, format): (usize, &RelayFormat)| (!used[at] && ours.goes_as(format)).then_some(at);
            let at = theirs.iter().enumerate().find_map(fits)?;
            used[at] = true;
            Some((ours.receive_payload_type, theirs[at].send_payload_type))
        }))
    }
}

impl RelayFormat {
    /// A format under the same payload type both ways, as a capability states it.
    pub fn new(capability: &CodecCapability) -> Self {
        Self {
            name: capability.name.clone(),
            clock_rate: capability.clock_rate,
            receive_payload_type: capability.payload_type,
            send_payload_type: capability.payload_type,
            parameters: parameters(capability),
        }
    }

    /// Under other payload types: the peer's, and ours.
    #[must_use]
    pub fn with_payload_types(self, receive: u8, send: u8) -> Self {
        Self { receive_payload_type: receive, send_payload_type: send, ..self }
    }

    /// Whether what comes as this may be sent as `out`.
    fn goes_as(&self, out: &Self) -> bool {
        let alike = (&self.name, self.clock_rate) == (&out.name, out.clock_rate);
        alike
            && match (&self.parameters, &out.parameters) {
                (CodecParameters::H264(came), CodecParameters::H264(goes)) => {
                    let (from, to) = (came.receive, goes.send);
                    came.packetization_mode == goes.packetization_mode
                        && from.profile() == to.profile()
                        && from.level_order() <= to.level_order()
                }
                _ => true,
            }
    }
}

/// What a capability by itself says of H.264; what cannot be read is as if it were not there.
fn parameters(capability: &CodecCapability) -> CodecParameters {
    if capability.name != CodecName::H264 {
        return CodecParameters::Plain;
    }
    let level = capability.fmtp.get("profile-level-id").and_then(ProfileLevelId::parse).unwrap_or_default();
    let mode = capability.fmtp.get("packetization-mode").and_then(|mode| mode.parse().ok()).unwrap_or(0);
    CodecParameters::H264(H264Parameters { send: level, receive: level, packetization_mode: mode })
}

impl From<&NegotiatedCodec> for RelayFormat {
    fn from(codec: &NegotiatedCodec) -> Self {
        Self {
            name: codec.name.clone(),
            clock_rate: codec.clock_rate,
            receive_payload_type: codec.receive_payload_type,
            send_payload_type: codec.send_payload_type,
            parameters: codec.parameters,
        }
    }
}

#[cfg(test)]
mod tests;
