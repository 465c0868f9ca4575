//! Real-time: what the adaptive part of a sub-band does in encoder and decoder alike: blocks 2, 3 and 4.

use super::inverse_quantizer::{invqah, invqal};
use super::predictor::Predictor;
use super::scale_factor::{HighScale, LowScale};

/// State of the lower band.
#[derive(Debug, Clone, Default)]
pub(super) struct LowBand {
    pub(super) scale: LowScale,
    pub(super) predictor: Predictor,
}

impl LowBand {
    /// Adapts to the code of this sample. Only its four most significant bits count, so that the modes keep in step
    /// whatever the auxiliary data are.
    #[inline(always)]
    pub(super) fn adapt(&mut self, il: u8) {
        let ril = il >> 2;
        self.predictor.adapt(invqal(ril, self.scale.detl()));
        self.scale.adapt(ril);
    }
}

/// State of the higher band.
#[derive(Debug, Clone, Default)]
pub(super) struct HighBand {
    pub(super) scale: HighScale,
    pub(super) predictor: Predictor,
}

impl HighBand {
    /// Adapts to the code of this sample and returns DH, its quantized difference.
    #[inline(always)]
    pub(super) fn adapt(&mut self, ih: u8) -> i32 {
        let dh = invqah(ih, self.scale.deth());
        self.predictor.adapt(dh);
        self.scale.adapt(ih);
        dh
    }
}
