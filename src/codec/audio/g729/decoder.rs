//! Real-time: the G.729 decoder of a stream at 8 kHz.

use super::FRAME;
use super::bitstream::{Frame, SID_OCTETS, SPEECH_OCTETS, SidIndices, SpeechIndices};
use super::synthesis::Synthesis;
use crate::codec::{AudioDecoder, CodecFault};
use crate::processing::format::bit_depth::i16_to_f32;

/// G.729 decoder, mono, 8 kHz: payloads of frames of 10 octets and at most one silence descriptor of 2 octets behind them
/// (RFC 3551 section 4.5.6). Every octet is valid. Annex B is understood whether or not it was agreed upon.
///
/// Real-time safe: fixed memory.
///
/// Example: [`G729Encoder`](crate::codec::G729Encoder).
#[derive(Debug, Clone, Default)]
pub struct G729Decoder {
    synthesis: Synthesis,
}

impl G729Decoder {
    /// A decoder after reset.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on where `other` is. Real-time safe.
    pub fn copy_state_from(&mut self, other: &Self) {
        self.clone_from(other);
    }

    /// A frame as the bit-exact reference decodes it, `None` being an erased one: the door for conformance.
    #[doc(hidden)]
    pub fn decode_frame(&mut self, frame: Option<Frame>) -> [i16; FRAME] {
        self.synthesis.decode(frame)
    }

    fn frame_into(&mut self, frame: Option<Frame>, pcm: &mut [f32; FRAME]) {
        *pcm = self.synthesis.decode(frame).map(i16_to_f32);
    }
}

/// Frames of speech of a payload, and whether a descriptor follows them.
fn frames(payload: &[u8]) -> Result<(usize, bool), CodecFault> {
    match (payload.len() / SPEECH_OCTETS, payload.len() % SPEECH_OCTETS) {
        (0, 0) => Err(CodecFault::BadPayload),
        (speech, 0) => Ok((speech, false)),
        (speech, SID_OCTETS) => Ok((speech, true)),
        _ => Err(CodecFault::BadPayload),
    }
}

impl AudioDecoder for G729Decoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let samples = self.payload_samples(payload)?;
        let pcm = pcm.get_mut(..samples).ok_or(CodecFault::ShortOutput)?;
        let (speech, descriptor) = payload.as_chunks::<SPEECH_OCTETS>();
        let speech = speech.iter().map(|octets| Frame::Speech(SpeechIndices::unpack(octets)));
        let descriptor = descriptor.first_chunk().map(|octets| Frame::Sid(SidIndices::unpack(*octets)));
        for (frame, pcm) in speech.chain(descriptor).zip(pcm.as_chunks_mut().0) {
            self.frame_into(Some(frame), pcm);
        }
        Ok(samples)
    }

    /// Erased frames, clause 4.4. Unsupported unless `pcm` is a whole number of frames.
    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let (frames, []) = pcm.as_chunks_mut::<FRAME>() else { return Err(CodecFault::Unsupported) };
        frames.iter_mut().for_each(|pcm| self.frame_into(None, pcm));
        Ok(pcm.len())
    }

    /// Untransmitted frames, clause B.4.4, after a descriptor. Unsupported after speech, and unless `pcm` is a whole number
    /// of frames.
    fn background_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        match pcm.as_chunks_mut::<FRAME>() {
            (frames, []) if !self.synthesis.is_speaking() => {
                frames.iter_mut().for_each(|pcm| self.frame_into(Some(Frame::Untransmitted), pcm));
                Ok(pcm.len())
            }
            _ => Err(CodecFault::Unsupported),
        }
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        frames(payload).map(|(speech, descriptor)| FRAME * (speech + usize::from(descriptor)))
    }

    fn ends_in_silence(&self, payload: &[u8]) -> bool {
        frames(payload).is_ok_and(|(_, descriptor)| descriptor)
    }

    /// A descriptor at a packet's end is a block, too, though a shorter one.
    fn block_octets(&self) -> Option<usize> {
        Some(SPEECH_OCTETS)
    }
}
