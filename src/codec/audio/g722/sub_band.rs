//! Real-time: both sub-bands of a coder, sample pair by sample pair, between the filters.
//!
//! These are what the digital test sequences of Appendix II exercise: they go around the filters.

use super::band::{HighBand, LowBand};
use super::inverse_quantizer::invqbl;
use super::mode::G722Mode;
use super::quantizer::{quanth, quantl};
use super::saturation::{limit, saturate};

/// The encoder without its transmit filter (clauses 6.2.1, 6.2.2). Real-time safe.
#[derive(Debug, Clone, Default)]
pub struct SubBandEncoder {
    low: LowBand,
    high: HighBand,
}

impl SubBandEncoder {
    /// In the state of the reset signal RS.
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes one sample of each band (15 bits: -16384..=16383) to an octet: IH in the two first bits, IL in the rest.
    #[inline(always)]
    pub fn encode(&mut self, xl: i16, xh: i16) -> u8 {
        let el = saturate(i32::from(xl) - self.low.predictor.estimate());
        let il = quantl(el, &self.low.scale);
        let eh = saturate(i32::from(xh) - self.high.predictor.estimate());
        let ih = quanth(eh, self.high.scale.deth());
        self.low.adapt(il);
        self.high.adapt(ih);
        (ih << 6) | il
    }
}

/// The decoder without its receive filter (clauses 6.2.3, 6.2.4). Real-time safe.
#[derive(Debug, Clone, Default)]
pub struct SubBandDecoder {
    low: LowBand,
    high: HighBand,
}

impl SubBandDecoder {
    /// In the state of the reset signal RS.
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes an octet to one sample of each band, `(RL, RH)`, 15 bits each.
    #[inline(always)]
    pub fn decode(&mut self, code: u8, mode: G722Mode) -> (i16, i16) {
        let (il, ih) = (code & 63, code >> 6);
        let yl = self.low.predictor.estimate() + invqbl(il, self.low.scale.detl(), mode);
        let sh = self.high.predictor.estimate();
        self.low.adapt(il);
        let yh = sh + self.high.adapt(ih);
        (limit(yl) as i16, limit(yh) as i16)
    }
}
