//! Real-time: block 4 of a sub-band: the adaptive predictor of six zeros and two poles (clause 6.2.1.4, 6.2.2.4).
//!
//! Both bands and both directions run it on the quantized difference signal; encoder and decoder stay in step because
//! nothing else goes in.

use super::lanes::Lanes;
use super::saturation::saturate;

/// Zeros of the predictor.
const ZEROS: usize = 6;

/// Predictor state. Signals are 16-bit values in `i32`; `bl` is in Q15 of 2.0, `al` in Q14.
#[derive(Debug, Clone, Default)]
pub(super) struct Predictor {
    /// BL1..BL6: coefficients of the zeros.
    bl: Lanes,
    /// DLT1..DLT6: past quantized differences, newest first.
    dlt: Lanes,
    /// AL1, AL2: coefficients of the poles; |AL2| <= 12288 and |AL1| <= 15360 - AL2 (stability).
    al: [i32; 2],
    /// RLT1: the last reconstructed signal.
    rlt: i32,
    /// PLT1, PLT2: past partially reconstructed signals, of which only the sign counts.
    plt: [i32; 2],
    /// SZL: the part of the estimate that the zeros give.
    szl: i32,
    /// SL: the estimate of the next sample.
    sl: i32,
}

impl Predictor {
    /// SL, the estimate of the sample that comes next.
    #[inline(always)]
    pub(super) fn estimate(&self) -> i32 {
        self.sl
    }

    /// Takes the quantized difference of this sample (DLT, within ±16383) and computes the next estimate.
    #[inline(always)]
    pub(super) fn adapt(&mut self, dlt: i32) {
        let plt = dlt + self.szl;
        let rlt = saturate(self.sl + dlt);
        self.update_poles(plt);
        self.update_zeros(dlt);
        let spl = self.filter_poles(rlt);
        self.szl = self.filter_zeros();
        self.sl = saturate(spl + self.szl);
        self.rlt = rlt;
        self.plt = [plt, self.plt[0]];
    }

    /// UPPOL2, UPPOL1.
    #[inline(always)]
    fn update_poles(&mut self, plt: i32) {
        let [al1, al2] = self.al;
        // All ones where the signs differ. Signs are as good as random, so that a branch would be mispredicted.
        let differ1 = (plt ^ self.plt[0]) >> 31;
        let differ2 = (plt ^ self.plt[1]) >> 31;
        let wd1 = saturate(al1 << 2);
        let wd2 = ((!differ1 ^ wd1) - !differ1).min(32_767) >> 7;
        let wd3 = 128 - (differ2 & 256);
        let apl2 = (wd2 + wd3 + ((al2 * 32_512) >> 15)).clamp(-12_288, 12_288);
        let limit = 15_360 - apl2;
        let wd1 = 192 - (differ1 & 384);
        let apl1 = (wd1 + ((al1 * 32_640) >> 15)).max(-limit).min(limit);
        self.al = [apl1, apl2];
    }

    /// UPZERO, DELAYA.
    #[inline(always)]
    fn update_zeros(&mut self, dlt: i32) {
        let step = Lanes::splat(dlt as i16).signed_128(self.dlt);
        // BL · 32640 / 2^15 rounded down equals BL + (BL · -256 / 2^16 rounded down). BL stays within 16 bits.
        self.bl = self.bl.add(self.bl.mul_high(Lanes::splat(-256))).add(step);
        self.dlt = self.dlt.shifted_in(dlt as i16);
    }

    /// FILTEP.
    #[inline(always)]
    fn filter_poles(&self, rlt: i32) -> i32 {
        let wd1 = (self.al[0] * saturate(rlt + rlt)) >> 15;
        let wd2 = (self.al[1] * saturate(self.rlt + self.rlt)) >> 15;
        saturate(wd1 + wd2)
    }

    /// FILTEZ: the oldest first, each addition saturating.
    #[inline(always)]
    fn filter_zeros(&self) -> i32 {
        let products = self.bl.mul_q15(self.dlt.add(self.dlt));
        // Six terms within ±5461 cannot reach the saturation in any order.
        if products.any_beyond(5_461) {
            return products.to_array()[..ZEROS].iter().rev().fold(0, |szl, &wd| saturate(szl + i32::from(wd)));
        }
        products.sum()
    }
}

#[cfg(test)]
mod tests;
