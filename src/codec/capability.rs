//! Control: what is known of a codec that can be built here, what it is built from, and a built pair.

use std::fmt;
use std::ops::RangeInclusive;

use super::{Decoder, Encoder};
use crate::codec::format::{CodecCapability, CodecParameters};
use crate::types::{Ptime, SampleRate};

/// An audio codec that is there.
///
/// From [`CodecManager::supported_audio_codecs`](crate::codec::CodecManager::supported_audio_codecs); of a codec of one's own in a
/// [`CodecFactory`](crate::codec::CodecFactory).
///
/// ```
/// use media_core::codec::{CodecManager, CodecName};
///
/// let codecs = CodecManager::default().supported_audio_codecs();
/// let g722 = codecs.iter().find(|codec| codec.format.name == CodecName::G722).unwrap();
/// assert_eq!((g722.format.payload_type, g722.format.clock_rate, g722.sample_rates[0].hz()), (9, 8000, 16_000));
/// assert!(!g722.inband_fec);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
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

impl AudioCodecCapability {
    /// Of a codec of one's own: mono, 64 kbit/s, without delay, DTX or FEC, until its fields say otherwise.
    pub fn new(format: CodecCapability, sample_rates: Vec<SampleRate>) -> Self {
        Self {
            format,
            sample_rates,
            max_channels: 1,
            bit_rates: 64_000..=64_000,
            delay_us: 0,
            dtx: false,
            inband_fec: false,
            specification: "",
            licence: "",
        }
    }
}

/// The line of the offer and the rates: the rest is for who asks for a field.
impl fmt::Debug for AudioCodecCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rates: Vec<u32> = self.sample_rates.iter().map(|rate| rate.hz()).collect();
        write!(f, "{:?} at {rates:?} Hz", self.format)
    }
}

/// A video codec whose payload is handled here; pictures are never decoded.
///
/// ```
/// use media_core::codec::{CodecManager, CodecName};
///
/// let codecs = CodecManager::default().supported_video_codecs();
/// assert!(codecs.iter().all(|codec| codec.format.name == CodecName::H264 && codec.format.clock_rate == 90_000));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
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
///
/// Example: [`AudioCodec`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
///
/// ```
/// use media_core::codec::{AudioCodecParams, AudioDecoder, AudioEncoder, CodecManager};
/// use media_core::{Ptime, SampleRate};
///
/// let params = AudioCodecParams::mono(SampleRate::Hz8000).with_ptime(Ptime::from_ms(30).unwrap());
/// let mut codec = CodecManager::default().create_audio_codec(0, &params)?; // PCMU
/// let (mut payload, mut heard) = ([0; 240], [0.0; 240]);
/// assert_eq!(codec.encoder.encode_into(&[0.1; 240], &mut payload), Ok(240));
/// assert_eq!(codec.decoder.decode_into(&payload, &mut heard), Ok(240));
/// # Ok::<(), media_core::codec::CodecError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct AudioCodec {
    /// Encodes what we send.
    pub encoder: Encoder,
    /// Decodes what we receive.
    pub decoder: Decoder,
}
