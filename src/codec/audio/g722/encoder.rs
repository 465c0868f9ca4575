//! Real-time: the G.722 encoder of a stream at 16 kHz.

use super::mode::G722Mode;
use super::qmf::{self, FilterMemory, PAIRS};
use super::sub_band::SubBandEncoder;
use crate::codec::{AudioEncoder, CodecFault};
use crate::processing::format::bit_depth::f32_to_i16;

/// G.722 encoder, mono, 16 kHz. Any even number of samples makes half as many octets.
///
/// Real-time safe: 10 ms (160 samples, 80 octets) are coded at a time in fixed memory.
///
/// ```
/// use media_core::codec::{AudioDecoder, AudioEncoder, G722Decoder, G722Encoder, G722Mode};
///
/// assert_eq!(G722Mode::from_kbps(64), Some(G722Mode::Kbps64)); // the only one that RTP has
/// let mut encoder = G722Encoder::new(G722Mode::Kbps64);
/// let (mut payload, mut heard) = ([0; 160], [0.0; 320]);
/// assert_eq!(encoder.encode_into(&[0.1; 320], &mut payload), Ok(160)); // 20 ms: RTP counts 160, too (RFC 3551 4.5.2)
/// assert_eq!(G722Decoder::new(G722Mode::Kbps64).decode_into(&payload, &mut heard), Ok(320));
/// ```
#[derive(Debug, Clone, Default)]
pub struct G722Encoder {
    mode: G722Mode,
    filter: FilterMemory,
    bands: SubBandEncoder,
}

impl G722Encoder {
    /// An encoder after reset. In the modes of 56 and 48 kbit/s the bits of the auxiliary data channel are left zero
    /// for the caller to fill; RTP wants [`G722Mode::Kbps64`].
    pub fn new(mode: G722Mode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// How many bits of an octet are audio.
    pub fn mode(&self) -> G722Mode {
        self.mode
    }

    fn encode_block(&mut self, pcm: &[f32], out: &mut [u8]) {
        let mut phases = self.filter.recall();
        let (first, second) = phases.block_mut();
        for ((a, b), pair) in first.iter_mut().zip(second).zip(pcm.as_chunks::<2>().0) {
            *a = f32_to_i16(pair[0]).into();
            *b = f32_to_i16(pair[1]).into();
        }
        let bands = qmf::transmit(&phases);
        self.filter.keep(&phases, pcm.len() / 2);
        let mask = 0xFF << self.mode.auxiliary_bits();
        for ((octet, &xl), &xh) in out.iter_mut().zip(&bands.first).zip(&bands.second) {
            *octet = self.bands.encode(xl as i16, xh as i16) & mask;
        }
    }
}

impl AudioEncoder for G722Encoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        if !pcm.len().is_multiple_of(2) {
            return Err(CodecFault::BadFrame);
        }
        let octets = pcm.len() / 2;
        let out = out.get_mut(..octets).ok_or(CodecFault::ShortOutput)?;
        for (pcm, out) in pcm.chunks(2 * PAIRS).zip(out.chunks_mut(PAIRS)) {
            self.encode_block(pcm, out);
        }
        Ok(octets)
    }

    fn frame_samples(&self) -> usize {
        2 * PAIRS
    }

    fn reset(&mut self) {
        *self = Self::new(self.mode);
    }

    /// 11 samples: half of the two filters' delay.
    fn lookahead(&self) -> usize {
        11
    }
}
