//! Real-time: the G.729 encoder of a stream at 8 kHz.

use super::analysis::Analysis;
use super::bitstream::{Frame, SID_OCTETS, SPEECH_OCTETS};
use super::{FRAME, LOOKAHEAD};
use crate::codec::{AudioEncoder, CodecFault};
use crate::processing::format::bit_depth::f32_to_i16;

/// G.729 encoder, mono, 8 kHz: 10 octets for 10 ms, several frames to a packet.
///
/// With Annex B silence is left out: a packet then holds its frames of speech and, after them, at most one silence
/// descriptor of 2 octets (RFC 3551 section 4.5.6); one that is silent altogether is empty and not to be sent. Where voice
/// begins in the midst of a packet, what is before it in that packet is coded as speech, too.
///
/// Real-time safe: fixed memory; a frame's work does not depend on what is in it but for the choice of codebook entries.
///
/// ```
/// use media_core::codec::{AudioDecoder, AudioEncoder, G729Decoder, G729Encoder};
///
/// let mut encoder = G729Encoder::new(false, 2); // without Annex B, 20 ms a packet
/// let (mut payload, mut heard) = ([0; 20], [0.0; 160]);
/// assert_eq!(encoder.encode_into(&[0.1; 160], &mut payload), Ok(20));
/// assert_eq!(G729Decoder::new().decode_into(&payload, &mut heard), Ok(160));
/// ```
#[derive(Debug, Clone)]
pub struct G729Encoder {
    analysis: Analysis,
    annex_b: bool,
    /// Samples of a packet.
    packet: usize,
    descriptor: bool,
}

/// Octets of a packet that is being filled.
struct Packet<'a> {
    octets: &'a mut [u8],
    filled: usize,
    /// A frame of silence came.
    silent: bool,
    /// A descriptor is the last.
    described: bool,
}

impl Packet<'_> {
    fn put(&mut self, octets: &[u8]) {
        if let Some(place) = self.octets.get_mut(self.filled..self.filled + octets.len()) {
            place.copy_from_slice(octets);
            self.filled += octets.len();
        }
    }

    /// Whether the frame can follow.
    fn take(&mut self, frame: &Frame) -> bool {
        match frame {
            Frame::Speech(_) if self.silent => return false,
            Frame::Speech(indices) => self.put(&indices.pack()),
            Frame::Sid(indices) if !self.described => {
                self.put(&indices.pack());
                self.described = true;
            }
            // One descriptor is all that a packet can hold; the next frame's is little different.
            Frame::Sid(_) | Frame::Untransmitted => {}
        }
        self.silent |= !matches!(frame, Frame::Speech(_));
        true
    }
}

impl G729Encoder {
    /// An encoder after reset, with `frames` frames of 10 ms to a packet (at least 1). With `annex_b` silence is left out.
    pub fn new(annex_b: bool, frames: u8) -> Self {
        Self {
            analysis: Analysis::new(annex_b),
            annex_b,
            packet: FRAME * usize::from(frames.max(1)),
            descriptor: false,
        }
    }

    /// Whether silence is left out.
    pub fn annex_b(&self) -> bool {
        self.annex_b
    }

    /// Whether what was made last holds no speech but a silence descriptor.
    pub fn is_descriptor(&self) -> bool {
        self.descriptor
    }

    /// Goes on where `other` is, if both treat silence alike. The packet time stays. Real-time safe.
    ///
    /// # Errors
    /// [`CodecFault::Unsupported`] if one leaves silence out and the other does not.
    pub fn copy_state_from(&mut self, other: &Self) -> Result<(), CodecFault> {
        if self.annex_b != other.annex_b {
            return Err(CodecFault::Unsupported);
        }
        self.analysis.clone_from(&other.analysis);
        Ok(())
    }

    /// A frame as the bit-exact reference codes it: the door for conformance.
    #[doc(hidden)]
    pub fn encode_frame(&mut self, pcm: &[i16; FRAME]) -> Frame {
        self.analysis.encode(pcm, false)
    }

    /// Codes a packet; `None` if voice came after silence. The first `spoken` frames are coded as speech in any case.
    fn encode_packet(&mut self, pcm: &[f32], out: &mut [u8], spoken: usize) -> Result<usize, usize> {
        let mut packet = Packet { octets: out, filled: 0, silent: false, described: false };
        for (n, pcm) in pcm.as_chunks::<FRAME>().0.iter().enumerate() {
            let frame = self.analysis.encode(&pcm.map(f32_to_i16), n < spoken);
            if !packet.take(&frame) {
                return Err(n);
            }
        }
        self.descriptor = packet.filled == SID_OCTETS;
        Ok(packet.filled)
    }
}

impl AudioEncoder for G729Encoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        if !pcm.len().is_multiple_of(FRAME) {
            return Err(CodecFault::BadFrame);
        }
        let out = out.get_mut(..pcm.len() / FRAME * SPEECH_OCTETS).ok_or(CodecFault::ShortOutput)?;
        if !self.annex_b || pcm.len() == FRAME {
            return self.encode_packet(pcm, out, 0).map_err(|_| CodecFault::BadFrame);
        }
        let before = self.analysis.clone();
        let mut spoken = 0;
        // Each turn codes at least one frame more as speech.
        loop {
            match self.encode_packet(pcm, out, spoken) {
                Ok(octets) => return Ok(octets),
                Err(voice) => {
                    spoken = voice;
                    self.analysis.clone_from(&before);
                }
            }
        }
    }

    /// With Annex B a packet, as what may follow a frame depends on it; else a frame.
    fn frame_samples(&self) -> usize {
        if self.annex_b { self.packet } else { FRAME }
    }

    fn reset(&mut self) {
        self.analysis = Analysis::new(self.annex_b);
        self.descriptor = false;
    }

    fn lookahead(&self) -> usize {
        LOOKAHEAD
    }
}
