//! Control: the parameters of a session, set one by one.

use crate::buffer::JitterConfig;
use crate::processing::chain::ProcessingParams;
use crate::session::adaptation::AdaptationParams;
use crate::session::answered::{AnsweredFormat, SendCodec};
use crate::session::auxiliary::TelephoneEventFormat;
use crate::session::direction::Direction;
use crate::session::mentioned::Own;
use crate::session::params::{MediaSessionParams, Transport};
use crate::session::pauses::{ComfortNoiseFormat, DiscontinuousTransmission};
use crate::session::redundancy::RedundancyFormat;
use crate::session::relay::RelayParams;
use crate::transport::{KeepAlive, LatchMode, RtcpParams};
use crate::types::Ptime;
use std::net::SocketAddr;
use std::time::Duration;

impl MediaSessionParams {
    /// Adds a format that the peer may send, too.
    #[must_use]
    pub fn also(mut self, format: impl Into<AnsweredFormat>) -> Self {
        self.others.push(format.into());
        self
    }

    /// Sets which of the formats is sent.
    #[must_use]
    pub fn send_codec(mut self, codec: SendCodec) -> Self {
        self.send_codec = codec;
        self.mention(Own::SendCodec)
    }

    /// Sets where packets go.
    #[must_use]
    pub fn remote(mut self, remote: SocketAddr) -> Self {
        self.remote = Some(remote);
        self
    }

    /// Sets whose packets are taken.
    #[must_use]
    pub fn latch(mut self, latch: LatchMode) -> Self {
        self.latch = latch;
        self.mention(Own::Latch)
    }

    /// Sets what is sent while there is nothing to send.
    #[must_use]
    pub fn keep_alive(mut self, keep_alive: impl Into<Option<KeepAlive>>) -> Self {
        self.keep_alive = keep_alive.into();
        self.mention(Own::KeepAlive)
    }

    /// Sets how it reports by RTCP.
    #[must_use]
    pub fn rtcp(mut self, rtcp: impl Into<Option<RtcpParams>>) -> Self {
        self.rtcp = rtcp.into();
        self.mention(Own::Rtcp)
    }

    /// Sets DTLS-SRTP.
    #[cfg(feature = "dtls")]
    #[must_use]
    pub fn dtls(mut self, dtls: crate::session::DtlsParams) -> Self {
        self.dtls = Some(dtls);
        self
    }

    /// Sets ICE.
    #[cfg(feature = "dtls")]
    #[must_use]
    pub fn ice(mut self, ice: crate::session::IceParams) -> Self {
        self.ice = Some(ice);
        self
    }

    /// Sets SRTP.
    #[cfg(feature = "srtp")]
    #[must_use]
    pub fn srtp(mut self, srtp: crate::session::SrtpParams) -> Self {
        self.srtp = Some(srtp);
        self
    }

    /// Sets after how long without a packet of its peer's that is told.
    #[must_use]
    pub fn media_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.media_timeout = timeout.into();
        self.mention(Own::MediaTimeout)
    }

    /// Has it follow what its peer's RTCP reports.
    #[must_use]
    pub fn adaptation(mut self, adaptation: AdaptationParams) -> Self {
        self.adaptation = Some(adaptation);
        self
    }

    /// Sets the telephone events.
    #[must_use]
    pub fn telephone_events(mut self, events: TelephoneEventFormat) -> Self {
        self.telephone_events = Some(events);
        self
    }

    /// Adds telephone events of another clock rate, which are taken, too.
    #[must_use]
    pub fn also_telephone_events(mut self, events: TelephoneEventFormat) -> Self {
        self.further_telephone_events.push(events);
        self
    }

    /// Sets the comfort noise.
    #[must_use]
    pub fn comfort_noise(mut self, noise: ComfortNoiseFormat) -> Self {
        self.comfort_noise = Some(noise);
        self
    }

    /// Sets that pauses are not sent.
    #[must_use]
    pub fn discontinuous_transmission(mut self, pauses: DiscontinuousTransmission) -> Self {
        self.discontinuous_transmission = Some(pauses);
        self.mention(Own::Pauses)
    }

    /// Sets the redundant audio data.
    #[must_use]
    pub fn redundancy(mut self, redundancy: RedundancyFormat) -> Self {
        self.redundancy = Some(redundancy);
        self
    }

    /// Sets the outward packet time.
    #[must_use]
    pub fn ptime(mut self, ptime: Ptime) -> Self {
        self.ptime = ptime;
        self
    }

    /// Sets the transport.
    #[must_use]
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self.mention(Own::Transport)
    }

    /// Sets which ways media flows at first.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// Sets the jitter buffer's configuration.
    #[must_use]
    pub fn jitter(mut self, jitter: JitterConfig) -> Self {
        self.jitter = jitter;
        self.mention(Own::Jitter)
    }

    /// Sets what is done to its audio.
    #[must_use]
    pub fn processing(mut self, processing: ProcessingParams) -> Self {
        self.processing = processing;
        self.mention(Own::Processing)
    }

    /// Adds a relay stream.
    #[must_use]
    pub fn relay(mut self, relay: RelayParams) -> Self {
        self.relays.push(relay);
        self.mention(Own::Relays)
    }

    /// Leaves it without relay streams: an update ends those that there are.
    #[must_use]
    pub fn without_relays(mut self) -> Self {
        self.relays.clear();
        self.mention(Own::Relays)
    }

    /// Sets the outward SSRC.
    #[must_use]
    pub fn ssrc(mut self, ssrc: u32) -> Self {
        self.ssrc = Some(ssrc);
        self
    }
    /// Notes that it was set.
    #[must_use]
    fn mention(mut self, what: Own) -> Self {
        self.mentioned.note(what);
        self
    }
}
