//! Control: the further formats of a session, of which its peer may send any at any time, and which of them is sent.

use crate::codec::CodecManager;
use crate::codec::negotiation::{CodecNegotiationResult, NegotiatedCodec};
use crate::error::Error;
use crate::session::auxiliary::TelephoneEventFormat;
use crate::session::format::AudioFormat;
use crate::session::pauses::ComfortNoiseFormat;
use crate::session::redundancy::RedundancyFormat;

/// A format of an answer beside the first, with what goes beside it at its clock rate. The peer may send it from any
/// packet on, without a word (RFC 3264 section 6.1); it may be chosen to be sent. It is heard at the rate of the first
/// format's audio, so that a change is no edge: G.722 or Opus after G.711 have the sound of 8 kHz inward. Give the format of the
/// highest rate first where that matters.
///
/// Its decoder is built with the session: some 25 KiB for Opus, 1 to 10 KiB for G.722 and G.729 and where the rates of the
/// audio differ, next to nothing for the others.
///
/// Example: [`SendCodec`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct AnsweredFormat {
    /// What is accepted inward.
    pub receive: AudioFormat,
    /// What is sent if it is chosen.
    pub send: AudioFormat,
    /// Telephone events at its clock rate: taken at all times, sent while this format is the one that is sent.
    pub telephone_events: Option<TelephoneEventFormat>,
    /// Comfort noise at its clock rate.
    pub comfort_noise: Option<ComfortNoiseFormat>,
    /// Redundancy of its own.
    pub redundancy: Option<RedundancyFormat>,
}

impl AnsweredFormat {
    /// The same both ways, with nothing beside it.
    pub fn new(format: AudioFormat) -> Self {
        let send = format.clone();
        Self { receive: format, send, telephone_events: None, comfort_noise: None, redundancy: None }
    }

    /// As it was negotiated with `manager`'s codecs.
    ///
    /// # Errors
    /// [`CodecError`](crate::error::CodecError) if the manager's registry cannot build the codec.
    pub fn negotiated(
        manager: &CodecManager,
        result: &CodecNegotiationResult,
        codec: &NegotiatedCodec,
    ) -> Result<Self, Error> {
        let (receive, send) = AudioFormat::negotiated(manager, codec)?;
        Ok(Self {
            receive,
            send,
            telephone_events: result.events_for(codec.clock_rate).map(Into::into),
            comfort_noise: result.noise_for(codec.clock_rate).map(Into::into),
            redundancy: result.redundancy_for(codec).map(Into::into),
        })
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.receive.check()?;
        self.send.check()?;
        self.telephone_events.map_or(Ok(()), |events| events.check())?;
        self.comfort_noise.map_or(Ok(()), |noise| noise.check())?;
        let own = [self.receive.payload_type(), self.send.payload_type()];
        self.redundancy.map_or(Ok(()), |red| red.check(own))?;
        Ok(())
    }
}

impl From<AudioFormat> for AnsweredFormat {
    fn from(format: AudioFormat) -> Self {
        Self::new(format)
    }
}

/// Which format of an answer is sent.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, SendCodec, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).also(AudioFormat::pcma()); // heard: both
/// let session = engine.handle().create_media_session("a", params);
/// let session = engine.complete(session)?;
/// engine.complete(session.set_send_codec(SendCodec::PayloadType(8)))?;
/// assert_eq!(engine.complete(session.params())?.send_codec, SendCodec::PayloadType(8));
/// assert!(engine.complete(session.set_send_codec(SendCodec::PayloadType(9))).is_err()); // not of the answer
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum SendCodec {
    /// The first, whatever the peer sends.
    #[default]
    First,
    /// The one with that outward payload type.
    PayloadType(u8),
    /// The one that the peer sends, three packets after it changed; the first until then.
    FollowPeer,
}
