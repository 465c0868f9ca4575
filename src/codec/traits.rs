//! Real-time: what an audio codec does for a leg: encode and decode into memory that the caller owns.
//!
//! Instances are built (and dropped) by the control side and run on a media thread through these methods, which must
//! not allocate, lock, wait, or call the system. Audio is f32, 1.0 = full scale; several channels are planar, channel
//! after channel. The closed set of our own codecs is an enum (`codec::dispatch`); `Box<dyn AudioEncoder>` is the one
//! door for an embedder's own.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

use std::fmt;

/// Why a frame could not be coded. Plain data: it is counted on the media thread, not formatted.
///
/// Example: [`AudioEncoder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecFault {
    /// The payload is not one of this codec's.
    #[error("payload is not valid for this codec")]
    BadPayload,
    /// The number of samples is not a frame of this codec.
    #[error("sample count is not a whole frame of this codec")]
    BadFrame,
    /// The output slice is too short.
    #[error("output slice is too short")]
    ShortOutput,
    /// The codec has no such operation (for example forward error correction).
    #[error("the codec does not offer this operation")]
    Unsupported,
}

/// Encoder of one stream. Real-time safe unless stated.
///
/// A codec of one's own implements both traits and comes into a session by [`CustomCodec`](crate::CustomCodec).
///
/// ```
/// use media_core::AudioEncoder;
/// use media_core::codec::CodecFault;
///
/// /// The sign of each sample, eight to an octet.
/// #[derive(Debug)]
/// struct Signs;
///
/// impl AudioEncoder for Signs {
///     fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
///         let (eights, rest) = pcm.as_chunks::<8>();
///         let out = out.get_mut(..eights.len()).ok_or(CodecFault::ShortOutput)?;
///         if !rest.is_empty() {
///             return Err(CodecFault::BadFrame);
///         }
///         for (octet, eight) in out.iter_mut().zip(eights) {
///             *octet = eight.iter().fold(0, |octet, sample| octet << 1 | u8::from(*sample < 0.0));
///         }
///         Ok(eights.len())
///     }
///
///     fn frame_samples(&self) -> usize {
///         8
///     }
///
///     fn reset(&mut self) {}
/// }
///
/// let mut octet = [0];
/// assert_eq!(Signs.encode_into(&[0.1, -0.1, 0.1, 0.1, 0.1, 0.1, 0.1, -0.1], &mut octet), Ok(1));
/// assert_eq!(octet, [0b0100_0001]);
/// assert_eq!(Signs.encode_into(&[0.1; 7], &mut octet), Err(CodecFault::BadFrame));
/// ```
pub trait AudioEncoder: fmt::Debug + Send {
    /// Encodes `pcm` (a whole number of [`frame_samples`](Self::frame_samples) per channel, planar) into `out` and
    /// returns the octets written.
    ///
    /// # Errors
    /// [`CodecFault::BadFrame`] or [`CodecFault::ShortOutput`]; the state is unchanged then.
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault>;

    /// Samples per channel that one call takes or multiples of which it takes. A codec whose frame is one block of
    /// 10 ms (or divides it) is fed block by block and the octets are joined to a packet; else the engine collects a
    /// whole packet's samples first.
    fn frame_samples(&self) -> usize;

    /// Back to the state after construction.
    fn reset(&mut self);

    /// From the next call on: with the least effort, at a lower quality (`true`), or as it was made (`false`). A media
    /// thread that is overloaded asks for it. Does nothing in codecs that know one effort only.
    fn set_low_complexity(&mut self, _low_complexity: bool) {}

    /// Algorithmic delay in samples per channel.
    fn lookahead(&self) -> usize {
        0
    }
}

/// Decoder of one stream. Real-time safe unless stated.
///
/// ```
/// use media_core::AudioDecoder;
/// use media_core::codec::CodecFault;
///
/// /// The sign of each sample, eight to an octet.
/// #[derive(Debug)]
/// struct Signs;
///
/// impl AudioDecoder for Signs {
///     fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
///         let pcm = pcm.get_mut(..8 * payload.len()).ok_or(CodecFault::ShortOutput)?;
///         for (n, sample) in pcm.iter_mut().enumerate() {
///             *sample = if payload[n / 8] << (n % 8) & 0x80 == 0 { 0.1 } else { -0.1 };
///         }
///         Ok(pcm.len())
///     }
///
///     fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
///         Ok(8 * payload.len())
///     }
///
///     fn block_octets(&self) -> Option<usize> {
///         Some(10) // 10 ms at 8 kHz
///     }
///
///     fn reset(&mut self) {}
/// }
///
/// let mut pcm = [0.0; 8];
/// assert_eq!(Signs.decode_into(&[0b0100_0001], &mut pcm), Ok(8));
/// assert_eq!(pcm, [0.1, -0.1, 0.1, 0.1, 0.1, 0.1, 0.1, -0.1]);
/// ```
pub trait AudioDecoder: fmt::Debug + Send {
    /// Decodes `payload` into `pcm` (planar) and returns the samples per channel written.
    ///
    /// # Errors
    /// [`CodecFault::BadPayload`] or [`CodecFault::ShortOutput`]; a damaged payload leaves the decoder usable.
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault>;

    /// Fills `pcm` with the codec's own concealment.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] where the codec has none: the engine's own concealment serves then.
    fn conceal_into(&mut self, _pcm: &mut [f32]) -> Result<usize, CodecFault> {
        Err(CodecFault::Unsupported)
    }

    /// Fills `pcm` with what is heard while the sender, who said so with its last payload
    /// ([`ends_in_silence`](Self::ends_in_silence)), is silent: the codec's own comfort noise.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] where the codec has none, or the sender did not say so: the engine's own serves then.
    fn background_into(&mut self, _pcm: &mut [f32]) -> Result<usize, CodecFault> {
        Err(CodecFault::Unsupported)
    }

    /// Whether `payload` says that the sender is silent from its end on, in the codec's own way (G.729 Annex B).
    fn ends_in_silence(&self, _payload: &[u8]) -> bool {
        false
    }

    /// Whether `payload` carries the packet before it again (in-band forward error correction), for
    /// [`fec_into`](Self::fec_into): who waits for it loses less.
    fn carries_fec(&self, _payload: &[u8]) -> bool {
        false
    }

    /// Recovers the lost packet before `next_payload` from its in-band forward error correction.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] where the codec has none, or this payload carries none.
    fn fec_into(&mut self, _next_payload: &[u8], _pcm: &mut [f32]) -> Result<usize, CodecFault> {
        Err(CodecFault::Unsupported)
    }

    /// Finds what `payload` carries of the audio before its own, further back than the packet before it (Deep Redundancy of
    /// Opus), for [`redundancy_into`](Self::redundancy_into): so many samples per channel, at least `wanted` if there are as many;
    /// 0 if none.
    fn read_redundancy(&mut self, _payload: &[u8], _wanted: usize) -> usize {
        0
    }

    /// Fills `pcm` from the redundancy [read](Self::read_redundancy) last, from `before` samples per channel before that payload's
    /// own audio on. Called in the order of time, beginning with what follows the last audio decoded.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] where the codec has none, or it does not reach there.
    fn redundancy_into(&mut self, _before: usize, _pcm: &mut [f32]) -> Result<usize, CodecFault> {
        Err(CodecFault::Unsupported)
    }

    /// Back to the state after construction.
    fn reset(&mut self);

    /// Samples per channel at the start of a stream that hold no audio of it yet, or not wholly: what an encoder that
    /// begins puts before its first sample.
    fn pre_skip(&self) -> usize {
        0
    }

    /// Samples per channel that `payload` holds, without decoding it.
    ///
    /// # Errors
    /// [`CodecFault::BadPayload`].
    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault>;

    /// If a payload can be cut at each 10 ms block: the octets of one block. `None` for codecs whose packets must be
    /// decoded whole (Opus).
    fn block_octets(&self) -> Option<usize>;
}
