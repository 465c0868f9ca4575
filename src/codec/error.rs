//! Control: what can go wrong with codecs where they are chosen and built; each error names the thing and the remedy.

use super::negotiation::NegotiationError;
use crate::codec::format::CodecName;
use crate::processing::format::FormatError;
use crate::types::{Ptime, PtimeSet, SampleRate};

/// Rates as a person lists them: `8000, 16000 or 48000 Hz`.
fn rates(legal: &[SampleRate]) -> String {
    let list = |rates: &[SampleRate]| rates.iter().map(|rate| rate.hz().to_string()).collect::<Vec<_>>().join(", ");
    match legal {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", list(first)),
        _ => format!("{} Hz", list(legal)),
    }
}

/// A codec that cannot be had as asked for.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::codec::{AudioCodecParams, CodecError, CodecManager};
///
/// let params = AudioCodecParams::mono(SampleRate::Hz48000);
/// let error = CodecManager::default().create_audio_codec(8, &params).unwrap_err();
/// assert!(matches!(error, CodecError::SampleRate { .. }), "{error}");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// An embedder's codec panicked as it was made.
    #[error(
        "the factory of codec {codec} panicked: the log says where; it must give an encoder and a decoder each time"
    )]
    Panicked {
        /// Its encoding name.
        codec: String,
    },
    /// The codec is not there.
    #[error("codec {codec} is not available: {remedy}")]
    Unsupported {
        /// Its encoding name, or `payload type N`.
        codec: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The codec does not work at that sample rate.
    #[error("{codec} does not work at {rate}: use {}", rates(legal))]
    SampleRate {
        /// The codec.
        codec: CodecName,
        /// What was asked.
        rate: SampleRate,
        /// What would be legal.
        legal: Vec<SampleRate>,
    },
    /// The codec does not have so many channels.
    #[error("{codec} has no {channels} channels: use {legal}")]
    Channels {
        /// The codec.
        codec: CodecName,
        /// What was asked.
        channels: u8,
        /// What would be legal.
        legal: &'static str,
    },
    /// The codec has no packets of that length.
    #[error("{codec} has no packets of {ptime}: use one of {legal}")]
    Ptime {
        /// The codec.
        codec: CodecName,
        /// What was asked.
        ptime: Ptime,
        /// What would be legal.
        legal: PtimeSet,
    },
    /// The codec's library refused to start.
    #[error("{codec} could not be started: its library refused")]
    Refused {
        /// The codec.
        codec: CodecName,
    },
    /// The same encoding name and clock rate are registered already.
    #[error("codec {codec} at {clock_rate} Hz is registered already: unregister it first")]
    Registered {
        /// The codec.
        codec: CodecName,
        /// Its RTP clock rate.
        clock_rate: u32,
    },
    /// The payload type asked for is another codec's, or none is free.
    #[error("codec {codec} cannot have payload type {wanted}: ask for a free dynamic one with 255")]
    NoPayloadType {
        /// The codec.
        codec: CodecName,
        /// What was asked.
        wanted: u8,
    },
    /// Two sides between which no conversion is possible.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// No common codec, or a contradictory list.
    #[error(transparent)]
    Negotiation(#[from] NegotiationError),
}
