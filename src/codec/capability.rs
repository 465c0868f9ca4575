//! Control: what is known of a codec that can be built here, what it is built from, and a built pair.

use std::fmt;
use std::ops::RangeInclusive;

use super::{Decoder, Encoder};
use crate::codec::format::{CodecCapability, CodecParameters};
use crate::types::{Ptime, SampleRate};

/// An audio codec that is there.
#[derive(Clone, PartialEq, Eq)]
pub struct AudioCodecCapability {
    /// How it stands in an offer of ours: payload type, name, clock rate, format parameters, packet times.
    pub format: CodecCapability,
    /// The sample rates on our side of it, best first.
    pub sample_rates: Vec<SampleRate>,
    /// The most channels it takes.
    pub max_channels: u8,
    /// Bit rates without packet headers, bit/s.
    pub bit_rates: RangeInclusive<u32>,
    /// Algorithmic delay of encoder and decoder together, µs.
    pub delay_us: u32,
    /// Silence may be left out by the codec itself.
    pub dtx: bool,
    /// A packet can carry its predecessor once more.
    pub inband_fec: bool,
    /// Where it is specified.
    pub specification: &'static str,
    /// Licence status of the algorithm.
    pub licence: &'static str,
}

/// The line of the offer and the rates: the rest is for who asks for a field.
impl fmt::Debug for AudioCodecCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rates: Vec<u32> = self.sample_rates.iter().map(|rate| rate.hz()).collect();
        write!(f, "{:?} at {rates:?} Hz", self.format)
    }
}

/// A video codec whose payload is handled here; pictures are never decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct VideoCodecCapability {
    /// How it stands in an offer of ours.
    pub format: CodecCapability,
    /// Where its payload format is specified.
    pub specification: &'static str,
}

/// The line of the offer.
impl fmt::Debug for VideoCodecCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.format)
    }
}

/// What an encoder or a decoder is built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioCodecParams {
    /// The sample rate on our side.
    pub rate: SampleRate,
    /// Channels on our side.
    pub channels: u8,
    /// Packet time, encoder only.
    pub ptime: Ptime,
    /// What was negotiated, encoder only.
    pub parameters: CodecParameters,
}

impl AudioCodecParams {
    /// Mono at `rate`, 20 ms, nothing negotiated.
    pub fn mono(rate: SampleRate) -> Self {
        Self { rate, channels: 1, ptime: Ptime::MS20, parameters: CodecParameters::Plain }
    }

    /// With another packet time.
    #[must_use]
    pub fn with_ptime(self, ptime: Ptime) -> Self {
        Self { ptime, ..self }
    }

    /// With other channels.
    #[must_use]
    pub fn with_channels(self, channels: u8) -> Self {
        Self { channels, ..self }
    }

    /// With what was negotiated.
    #[must_use]
    pub fn with_parameters(self, parameters: CodecParameters) -> Self {
        Self { parameters, ..self }
    }
}

/// Both directions of an audio codec, built by the control side and then given to a leg.
#[derive(Debug)]
pub struct AudioCodec {
    /// Encodes what we send.
    pub encoder: Encoder,
    /// Decodes what we receive.
    pub decoder: Decoder,
}
