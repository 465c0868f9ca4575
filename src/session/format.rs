//! Control: an audio format as SDP names it.

use super::custom_codec::CustomCodec;
use crate::codec::{Decoder, Encoder, G711Decoder, G711Encoder, Law};
use crate::error::{ConfigError, SessionError};
use crate::types::SampleRate;
use std::fmt;

/// A payload type and what it stands for: an `rtpmap` of the negotiated session (RFC 3551 section 6, RFC 8866
/// section 6.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioFormat {
    payload_type: u8,
    encoding: Encoding,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Encoding {
    Pcmu,
    Pcma,
    Custom(CustomCodec),
}

impl AudioFormat {
    /// G.711 µ-law, payload type 0.
    pub fn pcmu() -> Self {
        Self { payload_type: 0, encoding: Encoding::Pcmu }
    }

    /// G.711 A-law, payload type 8.
    pub fn pcma() -> Self {
        Self { payload_type: 8, encoding: Encoding::Pcma }
    }

    /// By encoding name as in `rtpmap`, any case.
    ///
    /// # Errors
    /// [`SessionError::UnsupportedCodec`] for a codec that is not there, [`SessionError::PayloadType`] for a payload type
    /// out of range.
    pub fn named(encoding: &str, payload_type: u8) -> Result<Self, SessionError> {
        let found = match encoding.to_ascii_uppercase().as_str() {
            "PCMU" => Encoding::Pcmu,
            "PCMA" => Encoding::Pcma,
            _ => {
                let remedy = "this version has PCMU and PCMA";
                return Err(SessionError::UnsupportedCodec { codec: encoding.to_owned(), remedy });
            }
        };
        let format = Self { payload_type, encoding: found };
        format.check()?;
        Ok(format)
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

    /// All that are there, with their usual payload types.
    pub fn supported() -> Vec<Self> {
        vec![Self::pcmu(), Self::pcma()]
    }

    pub(crate) fn check(&self) -> Result<(), SessionError> {
        match self.payload_type {
            0..=63 | 96..=127 => Ok(()),
            other => Err(SessionError::PayloadType(other)),
        }
    }

    /// The payload type.
    pub fn payload_type(&self) -> u8 {
        self.payload_type
    }

    /// The encoding name.
    pub fn encoding(&self) -> &str {
        match &self.encoding {
            Encoding::Pcmu => "PCMU",
            Encoding::Pcma => "PCMA",
            Encoding::Custom(codec) => codec.encoding(),
        }
    }

    /// RTP clock rate in Hz.
    pub fn clock_rate(&self) -> u32 {
        match &self.encoding {
            Encoding::Pcmu | Encoding::Pcma => 8_000,
            Encoding::Custom(codec) => codec.clock_rate(),
        }
    }

    /// Rate of the audio.
    pub fn sample_rate(&self) -> SampleRate {
        match &self.encoding {
            Encoding::Pcmu | Encoding::Pcma => SampleRate::Hz8000,
            Encoding::Custom(codec) => codec.sample_rate(),
        }
    }

    /// Whether payloads of one can be sent as the other without a change.
    pub fn same_payloads(&self, other: &Self) -> bool {
        self.encoding == other.encoding
    }

    pub(crate) fn encoder(&self) -> Encoder {
        match &self.encoding {
            Encoding::Pcmu => Encoder::G711(G711Encoder::new(Law::Mu)),
            Encoding::Pcma => Encoder::G711(G711Encoder::new(Law::A)),
            Encoding::Custom(codec) => Encoder::Boxed(codec.encoder()),
        }
    }

    pub(crate) fn decoder(&self) -> Decoder {
        match &self.encoding {
            Encoding::Pcmu => Decoder::G711(G711Decoder::new(Law::Mu)),
            Encoding::Pcma => Decoder::G711(G711Decoder::new(Law::A)),
            Encoding::Custom(codec) => Decoder::Boxed(codec.decoder()),
        }
    }
}

impl fmt::Display for AudioFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.payload_type, self.encoding(), self.clock_rate())
    }
}
