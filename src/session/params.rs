//! Control: what is asked of a media session.

use crate::agent_port::AgentParams;
use crate::buffer::JitterConfig;
use crate::processing::chain::ProcessingParams;
use crate::session::adaptation::AdaptationParams;
use crate::session::answered::{AnsweredFormat, SendCodec};
use crate::session::auxiliary::TelephoneEventFormat;
use crate::session::direction::Direction;
use crate::session::format::AudioFormat;
use crate::session::mentioned::{Mentioned, Own};
use crate::session::pauses::{ComfortNoiseFormat, DiscontinuousTransmission};
use crate::session::redundancy::RedundancyFormat;
use crate::session::relay::RelayParams;
use crate::transport::{KeepAlive, LatchMode, RtcpParams};
use crate::types::{PortId, Ptime, SampleRate};
use std::net::SocketAddr;
use std::time::Duration;

/// Where a session's media comes from and goes to.
///
/// Example: [`RtpBridge`](crate::RtpBridge).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Transport {
    /// A UDP socket of the engine's, from the configured port range.
    #[default]
    Socket,
    /// The embedder's own RTP stack, through the `RtpBridge` of that port.
    Bridge(PortId),
    /// Samples, without RTP: the session is a source and sink of PCM (a bot, a player, a recorder).
    Pcm(SampleRate),
}

/// What is asked of a media session: its one audio stream, and relay streams beside it. The result of the embedder's SDP negotiation.
/// It is plain data, checked when a session is created or updated: what is not possible comes back as a
/// [`SessionError`](crate::SessionError) that names the field.
///
/// ```
/// use media_core::{AudioFormat, Direction, MediaSessionParams, Ptime, TelephoneEventFormat};
///
/// // m=audio 4000 RTP/AVP 8 101, a=ptime:20, a=sendonly at the peer
/// let params = MediaSessionParams::new(AudioFormat::pcma())
///     .ptime(Ptime::MS20)
///     .telephone_events(TelephoneEventFormat::new(101, 8_000))
///     .direction(Direction::ReceiveOnly)
///     .remote(([192, 0, 2, 10], 4000).into());
/// assert!(params.direction.receives() && !params.direction.sends());
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct MediaSessionParams {
    /// What is accepted inward, first.
    pub receive: AudioFormat,
    /// What is sent, unless another is chosen.
    pub send: AudioFormat,
    /// The other formats of the answer: the peer may send any of them from any packet on (RFC 3264 section 6.1), and the
    /// change is not heard. Where G.711 is first, the other law is taken under its static payload type in any case.
    pub others: Vec<AnsweredFormat>,
    /// Which of them is sent. What passes through a bridge undecoded goes in the codec in which it came, where the peer
    /// has that at the clock rate of what is sent.
    pub send_codec: SendCodec,
    /// Telephone events, if they were negotiated.
    pub telephone_events: Option<TelephoneEventFormat>,
    /// Telephone events of further clock rates of the answer: taken, too, from a peer that presses keys under them.
    pub further_telephone_events: Vec<TelephoneEventFormat>,
    /// Comfort noise, where it was negotiated at the clock rate of the audio.
    pub comfort_noise: Option<ComfortNoiseFormat>,
    /// Whether pauses are not sent; `None`: all is sent.
    pub discontinuous_transmission: Option<DiscontinuousTransmission>,
    /// Redundant audio data, if it was negotiated.
    pub redundancy: Option<RedundancyFormat>,
    /// Outward packet time, a multiple of the tick. Inward any of up to 200 ms is taken as it comes. What passes through a
    /// bridge undecoded keeps its sender's (`ptime` is a wish, RFC 8866 section 6.4).
    pub ptime: Ptime,
    /// Where packets go, if signalled; else learnt from the first ones that come (symmetric RTP). 0.0.0.0 or `::` is hold
    /// (RFC 3264 section 8.4).
    #[serde(skip)]
    pub remote: Option<SocketAddr>,
    /// Where media comes from and goes to.
    pub transport: Transport,
    /// How Opus works where it is sent (bit rate, FEC and the loss to expect, complexity, application, VBR, DTX, bandwidth),
    /// within what the peer negotiated; `None`: as [`OpusSettings::session`](crate::codec::audio::opus::OpusSettings::session)
    /// says, and in an update: as it was.
    #[cfg(feature = "opus")]
    pub opus: Option<crate::codec::audio::opus::OpusSettings>,
    /// Which ways it flows at first.
    pub direction: Direction,
    /// The jitter buffer.
    pub jitter: JitterConfig,
    /// Outward SSRC; `None`: random.
    pub ssrc: Option<u32>,
    /// Whose packets are taken.
    #[serde(skip)]
    pub latch: LatchMode,
    /// What is sent while there is nothing to send (RFC 6263); `None`: nothing. Sockets of the engine only.
    #[serde(skip)]
    pub keep_alive: Option<KeepAlive>,
    /// How it reports by RTCP (RFC 3550 section 6); `None`: not at all. Sockets of the engine only.
    pub rtcp: Option<RtcpParams>,
    /// After how long without an RTP packet of its peer's that is told by an event
    /// ([`MediaTimeout`](crate::EventKind::MediaTimeout)), 1 s to 24 h; `None`: never. While its peer is not to send (held, a direction
    /// that does not receive) no time passes. A peer that pauses (comfort noise, DTX) may send nothing for some seconds: let it be longer
    /// than that. Sessions of packets only.
    #[serde(skip)]
    pub media_timeout: Option<Duration>,
    /// Whether it follows what its peer's RTCP reports; `None`: not. In an update: as it was, unless set.
    pub adaptation: Option<AdaptationParams>,
    /// SRTP, where it was negotiated; `None`: packets are plain, and in an update: as it was. Sockets of the engine only.
    #[cfg(feature = "srtp")]
    #[serde(skip)]
    pub srtp: Option<crate::session::SrtpParams>,
    /// DTLS-SRTP, where it was negotiated; in an update, `None`: as it was. Sockets of the engine only.
    #[cfg(feature = "dtls")]
    #[serde(skip)]
    pub dtls: Option<crate::session::DtlsParams>,
    /// ICE, where it was negotiated: the peer says by it where it is, in place of `remote`; in an update, `None`: as it was. Sockets
    /// of the engine only.
    #[cfg(feature = "dtls")]
    #[serde(skip)]
    pub ice: Option<crate::session::IceParams>,
    /// What is done to its audio.
    pub processing: ProcessingParams,
    /// Streams that pass untouched to the partner of a bridge: video, or datagrams. They are
    /// [streams](crate::types::StreamId) 1, 2 and so on.
    #[serde(skip)]
    pub relays: Vec<RelayParams>,
    /// What a speech machine's port is to be like; `None`: the session has none. Sessions of samples only, at its rate.
    #[serde(skip)]
    pub agent: Option<AgentParams>,
    #[serde(skip)]
    pub(super) mentioned: Mentioned,
}

impl MediaSessionParams {
    /// A session that speaks `format` both ways, 20 ms a packet.
    pub fn new(format: AudioFormat) -> Self {
        Self {
            jitter: JitterConfig::new(format.clock_rate()),
            receive: format.clone(),
            send: format,
            others: Vec::new(),
            send_codec: SendCodec::First,
            telephone_events: None,
            further_telephone_events: Vec::new(),
            comfort_noise: None,
            discontinuous_transmission: None,
            redundancy: None,
            ptime: Ptime::MS20,
            remote: None,
            transport: Transport::Socket,
            #[cfg(feature = "opus")]
            opus: None,
            direction: Direction::SendReceive,
            ssrc: None,
            latch: LatchMode::default(),
            keep_alive: Some(KeepAlive::default()),
            rtcp: Some(RtcpParams::default()),
            media_timeout: None,
            adaptation: None,
            #[cfg(feature = "srtp")]
            srtp: None,
            #[cfg(feature = "dtls")]
            dtls: None,
            #[cfg(feature = "dtls")]
            ice: None,
            processing: ProcessingParams::default(),
            relays: Vec::new(),
            agent: None,
            mentioned: Mentioned::default(),
        }
    }

    /// A session of samples, without RTP.
    pub fn pcm(rate: SampleRate) -> Self {
        let mut params = Self::new(AudioFormat::pcmu());
        params.transport = Transport::Pcm(rate);
        params.mentioned.note(Own::Transport);
        params
    }

    /// A session of samples whose party is a speech machine, through an [`AgentPort`](crate::AgentPort).
    pub fn agent(agent: AgentParams) -> Self {
        Self { agent: Some(agent), ..Self::pcm(agent.rate) }
    }
}
