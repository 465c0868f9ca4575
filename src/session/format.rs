//! Control: an audio format as SDP names it: a payload type and the codec behind it.
//!
//! Every codec of the [`CodecRegistry`](crate::codec::CodecRegistry) is one: by a constructor, by its `rtpmap`, or as it
//! was negotiated. The RTP clock rate and the rate of the audio are two things: G.722 counts 8,000 a second for audio at
//! 16 kHz (RFC 3551 section 4.5.2), Opus 48,000 whatever rate it is decoded to (RFC 7587 section 4.1).

mod written;

use crate::codec::negotiation::NegotiatedCodec;
use crate::codec::{CodecCapability, CodecManager, CodecName, Decoder, Encoder};
use crate::error::{CodecError, ConfigError, Error, SessionError};
use crate::rt::contain::Contained;
use crate::session::custom_codec::CustomCodec;
use crate::session::opus_wish::OpusWish;
use crate::session::payload_type::check_payload_type;
use crate::session::registered_codec::RegisteredCodec;
use crate::types::{Ptime, SampleRate};
use std::fmt;

/// A payload type and what it stands for: an `rtpmap` of the negotiated session (RFC 3551 section 6, RFC 8866
/// section 6.6). Mono at the engine, whatever the codec carries.
///
/// ```
/// use media_core::AudioFormat;
///
/// let g722 = AudioFormat::g722();
/// assert_eq!((g722.payload_type(), g722.clock_rate(), g722.sample_rate().hz()), (9, 8_000, 16_000));
/// assert!(AudioFormat::supported().contains(&g722));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AudioFormat {
    payload_type: u8,
    encoding: Encoding,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Encoding {
    Registered(RegisteredCodec),
    Custom(CustomCodec),
}

impl AudioFormat {
    /// G.711 µ-law, payload type 0.
    pub fn pcmu() -> Self {
        Self::standard(0, CodecName::Pcmu, 8_000, SampleRate::Hz8000)
    }

    /// G.711 A-law, payload type 8.
    pub fn pcma() -> Self {
        Self::standard(8, CodecName::Pcma, 8_000, SampleRate::Hz8000)
    }

    /// G.722 at 64 kbit/s, payload type 9: audio at 16 kHz.
    pub fn g722() -> Self {
        Self::standard(9, CodecName::G722, 8_000, SampleRate::Hz16000)
    }

    /// G.729 at 8 kHz, payload type 18. Annex B may be used where
    /// [discontinuous transmission](crate::session::MediaSessionParams::discontinuous_transmission) is asked for.
    pub fn g729() -> Self {
        Self::standard(18, CodecName::G729, 8_000, SampleRate::Hz8000)
    }

    /// Opus at 48 kHz, payload type 96, without limits of the receiver's. [`at`](Self::at) has it decoded to and encoded
    /// from another rate, which costs less.
    #[cfg(feature = "opus")]
    pub fn opus() -> Self {
        Self::standard(96, CodecName::Opus, 48_000, SampleRate::Hz48000)
    }

    /// Linear 16-bit samples at 8, 16 or 48 kHz, payload type 119, 118 or 120.
    ///
    /// # Errors
    /// [`CodecError::Unsupported`] for other rates.
    pub fn l16(rate: SampleRate) -> Result<Self, Error> {
        Self::rtpmap(255, &format!("L16/{}", rate.hz()))
    }

    fn standard(payload_type: u8, name: CodecName, clock_rate: u32, rate: SampleRate) -> Self {
        let codec = RegisteredCodec::standard(name, clock_rate, rate);
        Self { payload_type, encoding: Encoding::Registered(codec) }
    }

    /// By encoding name as in `rtpmap`, any case; where the library has it at several clock rates (L16), the one that its
    /// [registry](crate::codec::CodecRegistry::standard) prefers.
    ///
    /// # Errors
    /// [`CodecError::Unsupported`] for a codec that is not there, [`SessionError::PayloadType`] for a payload type out of
    /// range.
    pub fn named(encoding: &str, payload_type: u8) -> Result<Self, Error> {
        let name = CodecName::parse(encoding);
        let found = Self::supported().into_iter().find(|format| CodecName::parse(format.encoding()) == name);
        let remedy = crate::codec::remedy(&name);
        let found = found.ok_or(CodecError::Unsupported { codec: encoding.to_owned(), remedy })?;
        found.with_payload_type(payload_type)
    }

    /// By the text of an `rtpmap`, for example `opus/48000/2`. Payload type 255 stands for the usual one.
    ///
    /// # Errors
    /// [`CodecError::Unsupported`] for a codec that is not there or text that is no `rtpmap`,
    /// [`SessionError::PayloadType`] for a payload type out of range.
    pub fn rtpmap(payload_type: u8, text: &str) -> Result<Self, Error> {
        let found = CodecCapability::rtpmap(payload_type, text).and_then(|wanted| {
            Self::supported().into_iter().find(|format| {
                let Encoding::Registered(codec) = &format.encoding else { return false };
                codec.name() == &wanted.name && codec.clock_rate() == wanted.clock_rate
            })
        });
        let remedy = "write it as name/clock rate, as get_supported_codecs lists them";
        let found = found.ok_or(CodecError::Unsupported { codec: text.to_owned(), remedy })?;
        if payload_type == 255 { Ok(found) } else { found.with_payload_type(payload_type) }
    }

    /// What is accepted inward and what is sent, as a negotiation with `manager`'s codecs came to: of one codec, perhaps
    /// under two payload types. Opus works at the best rate that the peer renders; [`at`](Self::at) chooses another.
    ///
    /// # Errors
    /// [`CodecError`] if the manager's registry cannot build it.
    pub fn negotiated(manager: &CodecManager, codec: &NegotiatedCodec) -> Result<(Self, Self), Error> {
        let encoding = Encoding::Registered(RegisteredCodec::negotiated(manager, codec)?);
        let receive = Self { payload_type: codec.receive_payload_type, encoding };
        let send = receive.clone().with_payload_type(codec.send_payload_type)?;
        receive.check()?;
        Ok((receive, send))
    }

    /// An embedder's own codec under that payload type.
    ///
    /// # Errors
    /// [`SessionError::PayloadType`] for a payload type out of range, [`SessionError::Parameter`] for a clock rate out of
    /// range.
    pub fn custom(codec: &CustomCodec, payload_type: u8) -> Result<Self, SessionError> {
        let rate = codec.clock_rate();
        if !(8_000..=192_000).contains(&rate) || !rate.is_multiple_of(100) {
            let error = ConfigError::new("clock_rate", rate, "a multiple of 100 from 8000 to 192000 Hz");
            return Err(SessionError::Parameter(error));
        }
        let format = Self { payload_type, encoding: Encoding::Custom(codec.clone()) };
        format.check()?;
        Ok(format)
    }

    /// The same codec under another payload type.
    ///
    /// # Errors
    /// [`SessionError::PayloadType`] for one out of range.
    pub fn with_payload_type(self, payload_type: u8) -> Result<Self, Error> {
        let format = Self { payload_type, ..self };
        format.check()?;
        Ok(format)
    }

    /// The same codec with audio at another rate: Opus at 8, 16, 24 or 48 kHz.
    ///
    /// # Errors
    /// [`CodecError::SampleRate`] if the codec does not work at it.
    pub fn at(self, rate: SampleRate) -> Result<Self, Error> {
        let encoding = match self.encoding {
            Encoding::Registered(codec) => Encoding::Registered(codec.at(rate)?),
            Encoding::Custom(codec) if codec.sample_rate() == rate => Encoding::Custom(codec),
            Encoding::Custom(codec) => {
                let (codec, legal) = (CodecName::parse(codec.encoding()), vec![codec.sample_rate()]);
                return Err(CodecError::SampleRate { codec, rate, legal }.into());
            }
        };
        Ok(Self { encoding, ..self })
    }

    /// All that are there, with their usual payload types.
    pub fn supported() -> Vec<Self> {
        RegisteredCodec::all()
            .map(|(payload_type, codec)| Self { payload_type, encoding: Encoding::Registered(codec) })
            .collect()
    }

    pub(crate) fn check(&self) -> Result<(), SessionError> {
        check_payload_type(self.payload_type)
    }

    /// Whether packets of that length can be sent.
    pub(crate) fn check_ptime(&self, ptime: Ptime) -> Result<(), CodecError> {
        match &self.encoding {
            Encoding::Registered(codec) => codec.check_ptime(ptime),
            Encoding::Custom(_) => Ok(()),
        }
    }

    /// The payload type.
    pub fn payload_type(&self) -> u8 {
        self.payload_type
    }

    /// The encoding name.
    pub fn encoding(&self) -> &str {
        match &self.encoding {
            Encoding::Registered(codec) => codec.name().as_str(),
            Encoding::Custom(codec) => codec.encoding(),
        }
    }

    /// RTP clock rate in Hz.
    pub fn clock_rate(&self) -> u32 {
        match &self.encoding {
            Encoding::Registered(codec) => codec.clock_rate(),
            Encoding::Custom(codec) => codec.clock_rate(),
        }
    }

    /// Rate of the audio.
    pub fn sample_rate(&self) -> SampleRate {
        match &self.encoding {
            Encoding::Registered(codec) => codec.sample_rate(),
            Encoding::Custom(codec) => codec.sample_rate(),
        }
    }

    /// Whether payloads of one can be sent as the other without a change. Format parameters and the rate of the audio do
    /// not matter: a decoder of a codec takes all of its payloads.
    pub fn same_payloads(&self, other: &Self) -> bool {
        match (&self.encoding, &other.encoding) {
            (Encoding::Registered(a), Encoding::Registered(b)) => a.same_payloads(b),
            (a, b) => a == b,
        }
    }

    /// Whether payloads of this one can be sent as the other as they come: [`same_payloads`](Self::same_payloads), and the
    /// other's receiver takes silence described as this one's sender may describe it (G.729 Annex B).
    pub(crate) fn can_pass_as(&self, other: &Self) -> bool {
        let beyond = match (&self.encoding, &other.encoding) {
            (Encoding::Registered(a), Encoding::Registered(b)) => a.is_silent_beyond(b),
            _ => false,
        };
        self.same_payloads(other) && !beyond
    }

    /// Whether the codec has discontinuous transmission of its own and the peer takes it: Opus with `usedtx=1` (RFC 7587
    /// section 6.1), G.729 unless with `annexb=no` (RFC 4856 section 2.1.9).
    pub fn pauses_by_itself(&self) -> bool {
        matches!(&self.encoding, Encoding::Registered(codec) if codec.pauses_by_itself())
    }

    /// Whether it is a codec of ours whose encoder remembers what was before, so that it pays to share one.
    pub(crate) fn remembers(&self) -> bool {
        matches!(&self.encoding, Encoding::Registered(codec) if codec.remembers())
    }

    /// The most bits a second that a peer may send in it. A codec of an embedder's own is taken for up to twice 16 bits a
    /// sample.
    pub(crate) fn most_bits(&self) -> u32 {
        match &self.encoding {
            Encoding::Registered(codec) => codec.most_bits(),
            Encoding::Custom(codec) => 32 * codec.sample_rate().hz(),
        }
    }

    /// The codec of the registry behind it.
    #[cfg(feature = "opus")]
    pub(super) fn registered(&self) -> Option<&RegisteredCodec> {
        match &self.encoding {
            Encoding::Registered(codec) => Some(codec),
            Encoding::Custom(_) => None,
        }
    }

    pub(super) fn encoder(&self, ptime: Ptime, pauses: bool, wish: OpusWish) -> Result<Encoder, CodecError> {
        match &self.encoding {
            Encoding::Registered(codec) => codec.encoder(ptime, pauses, wish),
            Encoding::Custom(codec) => Ok(Encoder::Boxed(Contained::new(codec.encoder()))),
        }
    }

    pub(crate) fn decoder(&self) -> Result<Decoder, CodecError> {
        match &self.encoding {
            Encoding::Registered(codec) => codec.decoder(),
            Encoding::Custom(codec) => Ok(Decoder::Boxed(Contained::new(codec.decoder()))),
        }
    }
}

/// In one line: the registry behind a codec is thousands.
impl fmt::Debug for AudioFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\" at {} Hz", self.sample_rate().hz())
    }
}

impl fmt::Display for AudioFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.payload_type, self.encoding(), self.clock_rate())
    }
}
