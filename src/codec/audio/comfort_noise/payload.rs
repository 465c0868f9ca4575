//! Real-time: the comfort noise payload (RFC 3389 clause 3).

use super::lpc::MAX_ORDER;
use crate::codec::CodecFault;
use crate::types::Decibels;

/// The quietest level that the payload has.
const MAX_LEVEL: u8 = 127;
/// A reflection coefficient's octet is 127 + k · 32768 / 258, 0..=254; 255 is reserved.
const CENTRE: f32 = 127.0;
const STEP: f32 = 258.0 / 32_768.0;
const RESERVED: u8 = 255;

/// A description of background noise: its level and the shape of its spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComfortNoise {
    level: u8,
    order: u8,
    /// Quantized coefficients, `CENTRE` beyond the order.
    indices: [u8; MAX_ORDER],
}

impl ComfortNoise {
    /// Silence: -127 dBov, no spectrum.
    pub const SILENCE: Self = Self { level: MAX_LEVEL, order: 0, indices: [CENTRE as u8; MAX_ORDER] };

    /// Describes noise of `level` (rounded to whole dB within -127..=0 dBov) with at most [`MAX_ORDER`] reflection
    /// coefficients, quantized as they are sent. None means white noise. What is not a number counts as 0.
    pub fn new(level: Decibels, reflection: &[f32]) -> Self {
        let mut noise = Self { level: (-level.0).round().clamp(0.0, f32::from(MAX_LEVEL)) as u8, ..Self::SILENCE };
        if level.0.is_nan() {
            noise.level = MAX_LEVEL;
        }
        for (index, k) in noise.indices.iter_mut().zip(reflection) {
            let k = if k.is_nan() { 0.0 } else { *k };
            *index = (CENTRE + k / STEP).round().clamp(0.0, 254.0) as u8;
            noise.order += 1;
        }
        noise
    }

    /// Reads a payload. Coefficients beyond [`MAX_ORDER`] are left out and reserved values are 0, as the RFC allows; the
    /// first octet's unused bit is ignored.
    ///
    /// # Errors
    /// [`CodecFault::BadPayload`] if it is empty.
    pub fn parse(payload: &[u8]) -> Result<Self, CodecFault> {
        let (&level, indices) = payload.split_first().ok_or(CodecFault::BadPayload)?;
        let mut noise = Self { level: level & MAX_LEVEL, ..Self::SILENCE };
        for (index, &octet) in noise.indices.iter_mut().zip(indices) {
            *index = if octet == RESERVED { CENTRE as u8 } else { octet };
            noise.order += 1;
        }
        Ok(noise)
    }

    /// Writes the payload: one octet of level and one per coefficient. Returns the octets written.
    ///
    /// # Errors
    /// [`CodecFault::ShortOutput`].
    pub fn write(&self, out: &mut [u8]) -> Result<usize, CodecFault> {
        let octets = 1 + usize::from(self.order);
        let (level, indices) =
            out.get_mut(..octets).and_then(<[u8]>::split_first_mut).ok_or(CodecFault::ShortOutput)?;
        *level = self.level;
        indices.copy_from_slice(&self.indices[..octets - 1]);
        Ok(octets)
    }

    /// The noise level, -127..=0 dBov.
    pub fn level(&self) -> Decibels {
        Decibels(-f32::from(self.level))
    }

    /// The number of reflection coefficients.
    pub fn order(&self) -> usize {
        self.order.into()
    }

    /// All reflection coefficients, each within ±0.99994; zeros beyond the [`order`](Self::order).
    pub fn reflection(&self) -> [f32; MAX_ORDER] {
        self.indices.map(|index| (f32::from(index) - CENTRE) * STEP)
    }
}
