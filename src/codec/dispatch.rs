//! Real-time: the closed set of codecs that a leg may hold, and the one door for an embedder's own.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

use super::audio::g711::{G711Decoder, G711Encoder};
use super::audio::g722::{G722Decoder, G722Encoder, G722Mode};
use super::audio::g729::{G729Decoder, G729Encoder};
use super::audio::l16::{L16Decoder, L16Encoder};
#[cfg(feature = "opus")]
use super::audio::opus::{OpusDecoder, OpusEncoder, OpusSettings};
use super::traits::{AudioDecoder, AudioEncoder, CodecFault};
use crate::rt::contain::Contained;
#[cfg(feature = "opus")]
use crate::types::SampleRate;

/// An encoder.
///
/// Example: [`AudioCodec`](crate::codec::AudioCodec).
#[derive(Debug)]
pub enum Encoder {
    /// G.711.
    G711(G711Encoder),
    /// G.722.
    G722(Box<G722Encoder>),
    /// G.729.
    G729(Box<G729Encoder>),
    /// Linear 16-bit samples.
    L16(L16Encoder),
    /// Opus.
    #[cfg(feature = "opus")]
    Opus(Box<OpusEncoder>),
    /// An embedder's own.
    Boxed(Contained<dyn AudioEncoder>),
}

/// A decoder.
///
/// Example: [`AudioCodec`](crate::codec::AudioCodec).
#[derive(Debug)]
pub enum Decoder {
    /// G.711.
    G711(G711Decoder),
    /// G.722.
    G722(Box<G722Decoder>),
    /// G.729.
    G729(Box<G729Decoder>),
    /// Linear 16-bit samples.
    L16(L16Decoder),
    /// Opus.
    #[cfg(feature = "opus")]
    Opus(Box<OpusDecoder>),
    /// An embedder's own.
    Boxed(Contained<dyn AudioDecoder>),
}

/// How an encoder with a memory works, its packet time aside: two of a kind that remember the same make the same packets of the
/// same sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EncoderKind {
    G722(G722Mode),
    G729 {
        annex_b: bool,
    },
    #[cfg(feature = "opus")]
    Opus((SampleRate, u8), OpusSettings),
}

macro_rules! each {
    ($of:expr, $codec:ident => $call:expr) => {
        match $of {
            Self::G711($codec) => $call,
            Self::G722($codec) => $call,
            Self::G729($codec) => $call,
            Self::L16($codec) => $call,
            #[cfg(feature = "opus")]
            Self::Opus($codec) => $call,
            Self::Boxed($codec) => $call,
        }
    };
}

impl Encoder {
    /// Goes on where `other` is: for streams that shared an encoding and part. Real-time safe.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] unless both are the same codec of ours, built alike.
    pub fn copy_state_from(&mut self, other: &Self) -> Result<(), CodecFault> {
        match (self, other) {
            (Self::G711(to), Self::G711(from)) if to.law() == from.law() => {}
            (Self::G722(to), Self::G722(from)) => to.clone_from(from),
            (Self::G729(to), Self::G729(from)) => return to.copy_state_from(from),
            (Self::L16(to), Self::L16(from)) if *to == *from => {}
            #[cfg(feature = "opus")]
            (Self::Opus(to), Self::Opus(from)) => return to.copy_state_from(from),
            _ => return Err(CodecFault::Unsupported),
        }
        Ok(())
    }
}

impl Encoder {
    /// Goes on where `other` is if both are the same codec, with its own settings; whether it does. Real-time safe.
    pub(crate) fn continue_from(&mut self, other: &Self) -> bool {
        #[cfg(feature = "opus")]
        if let (Self::Opus(to), Self::Opus(from)) = (&mut *self, other) {
            return to.continue_from(from);
        }
        // Other codecs begin anew.
        self.copy_state_from(other).is_ok()
    }

    /// Whether it is better begun in the midst of sound with what came before ([`pre_roll`](Self::pre_roll)). G.722's
    /// memory has to be the far decoder's, which begins anew; the others have none.
    pub(crate) fn needs_pre_roll(&self) -> bool {
        #[cfg(feature = "opus")]
        return matches!(self, Self::Opus(_));
        #[cfg(not(feature = "opus"))]
        false
    }

    /// Has the next packet follow on `past`, 10 or 20 ms of sound. Real-time safe.
    #[cfg_attr(not(feature = "opus"), expect(unused_variables, clippy::needless_pass_by_ref_mut, reason = "for Opus"))]
    pub(crate) fn pre_roll(&mut self, past: &[f32], room: &mut [u8]) {
        #[cfg(feature = "opus")]
        if let Self::Opus(codec) = self {
            codec.pre_roll(past, room);
        }
    }

    /// How it works; `None` of codecs without a memory, and of an embedder's own.
    pub(crate) fn kind(&self) -> Option<EncoderKind> {
        match self {
            Self::G722(codec) => Some(EncoderKind::G722(codec.mode())),
            Self::G729(codec) => Some(EncoderKind::G729 { annex_b: codec.annex_b() }),
            #[cfg(feature = "opus")]
            Self::Opus(codec) => Some(EncoderKind::Opus(codec.shape(), codec.settings())),
            _ => None,
        }
    }

    /// Whether the packet made last is no audio but describes that the source is silent, in the codec's own way.
    pub(crate) fn is_descriptor(&self) -> bool {
        matches!(self, Self::G729(codec) if codec.is_descriptor())
    }

    /// Encodes a packet of fewer `blocks` than the encoder was built for; the next one may be whole again.
    pub(crate) fn encode_short(&mut self, pcm: &[f32], blocks: u8, out: &mut [u8]) -> Result<usize, CodecFault> {
        match self {
            #[cfg(feature = "opus")]
            Self::Opus(codec) => codec.encode_short(pcm, blocks, out),
            // A packet of any number of frames.
            Self::G729(codec) if blocks > 0 => codec.encode_into(pcm, out),
            _ if blocks > 0 && pcm.len().is_multiple_of(self.frame_samples().max(1)) => self.encode_into(pcm, out),
            _ => Err(CodecFault::BadFrame),
        }
    }
}

impl AudioEncoder for Encoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        each!(self, c => c.encode_into(pcm, out))
    }

    fn frame_samples(&self) -> usize {
        each!(self, c => c.frame_samples())
    }

    fn reset(&mut self) {
        each!(self, c => c.reset());
    }

    fn set_low_complexity(&mut self, low_complexity: bool) {
        each!(self, c => c.set_low_complexity(low_complexity));
    }

    fn lookahead(&self) -> usize {
        each!(self, c => c.lookahead())
    }
}

impl AudioDecoder for Decoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.decode_into(payload, pcm))
    }

    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.conceal_into(pcm))
    }

    fn background_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.background_into(pcm))
    }

    fn ends_in_silence(&self, payload: &[u8]) -> bool {
        each!(self, c => c.ends_in_silence(payload))
    }

    fn carries_fec(&self, payload: &[u8]) -> bool {
        each!(self, c => c.carries_fec(payload))
    }

    fn fec_into(&mut self, next_payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.fec_into(next_payload, pcm))
    }

    fn read_redundancy(&mut self, payload: &[u8], wanted: usize) -> usize {
        each!(self, c => c.read_redundancy(payload, wanted))
    }

    fn redundancy_into(&mut self, before: usize, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.redundancy_into(before, pcm))
    }

    fn reset(&mut self) {
        each!(self, c => c.reset());
    }

    fn pre_skip(&self) -> usize {
        each!(self, c => c.pre_skip())
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        each!(self, c => c.payload_samples(payload))
    }

    fn block_octets(&self) -> Option<usize> {
        each!(self, c => c.block_octets())
    }
}
