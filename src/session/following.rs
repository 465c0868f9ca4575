//! Pure: what an update does not mention stays as it was.
//!
//! What a session description says (formats, events, comfort noise, redundancy, packet time, direction) is meant in each
//! update. What only this side knows is meant where it was set by its method, is other than the default, or comes with the
//! parameters that the session gave ([`MediaSessionHandle::params`](crate::MediaSessionHandle::params)).

use crate::buffer::JitterConfig;
use crate::session::answered::SendCodec;
use crate::session::mentioned::{Mentioned, Own};
use crate::session::params::{MediaSessionParams, Transport};
use crate::transport::{KeepAlive, LatchMode, RtcpParams};

impl MediaSessionParams {
    /// All of it is meant.
    #[must_use]
    pub(crate) fn all_mentioned(mut self) -> Self {
        self.mentioned = Mentioned::ALL;
        self
    }

    fn mentions(&self, what: Own) -> bool {
        let differs = match what {
            Own::Transport => self.transport != Transport::default(),
            Own::Jitter => self.jitter != JitterConfig::new(self.jitter.rate),
            Own::Latch => self.latch != LatchMode::default(),
            Own::Processing => !self.processing.is_off(),
            Own::Relays => !self.relays.is_empty(),
            Own::SendCodec => self.send_codec != SendCodec::default(),
            Own::Pauses => self.discontinuous_transmission.is_some(),
            Own::KeepAlive => self.keep_alive != Some(KeepAlive::default()),
            Own::Rtcp => self.rtcp != Some(RtcpParams::default()),
            Own::MediaTimeout => self.media_timeout.is_some(),
        };
        differs || self.mentioned.has(what)
    }

    /// With what an update does not mention as it was `before`, where that is possible still.
    #[must_use]
    pub(crate) fn following(mut self, before: &Self) -> Self {
        let left_out = |own| !self.mentions(own);
        let [transport, jitter, latch, processing] =
            [Own::Transport, Own::Jitter, Own::Latch, Own::Processing].map(left_out);
        let [relays, send_codec, pauses] = [Own::Relays, Own::SendCodec, Own::Pauses].map(left_out);
        let [keep_alive, rtcp, media_timeout] = [Own::KeepAlive, Own::Rtcp, Own::MediaTimeout].map(left_out);
        if transport {
            self.transport = before.transport;
        }
        if jitter {
            self.jitter = JitterConfig { rate: self.jitter.rate, ..before.jitter };
        }
        if latch {
            self.latch = before.latch;
        }
        if keep_alive {
            self.keep_alive = before.keep_alive;
        }
        if rtcp {
            self.rtcp = before.rtcp;
        }
        if media_timeout {
            self.media_timeout = before.media_timeout;
        }
        if processing {
            self.processing = before.processing.clone();
        }
        if relays {
            self.relays.clone_from(&before.relays);
        }
        if send_codec {
            self.send_codec = match before.send_codec {
                SendCodec::PayloadType(gone) if self.format_sent_as(gone).is_none() => SendCodec::First,
                kept => kept,
            };
        }
        if pauses && self.can_pause() {
            self.discontinuous_transmission = before.discontinuous_transmission;
        }
        self.follow_protection(before);
        self.adaptation = self.adaptation.or(before.adaptation);
        self.agent = self.agent.or(before.agent);
        self.remote = self.remote.or(before.remote);
        self.ssrc = self.ssrc.or(before.ssrc);
        #[cfg(feature = "opus")]
        {
            self.opus = self.opus.or(before.opus);
        }
        self
    }
}
