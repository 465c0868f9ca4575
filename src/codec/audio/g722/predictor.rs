//! Real-time: block 4 of a sub-band: the adaptive predictor of six zeros and two poles (clause 6.2.1.4, 6.2.2.4).
//!
//! Both bands and both directions run it on the quantized difference signal; encoder and decoder stay in step because
//! nothing else goes in.

use super::band::saturate;

/// Zeros of the predictor.
const ZEROS: usize = 6;

/// Predictor state. Signals are 16-bit values in `i32`; `bl` is in Q15 of 2.0, `al` in Q14.
#[derive(Debug, Clone, Default)]
pub(super) struct Predictor {
    /// BL1..BL6: coefficients of the zeros.
    bl: [i32; ZEROS],
    /// DLT1..DLT6: past quantized differences, newest first.
    dlt: [i32; ZEROS],
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
        let same1 = (plt ^ self.plt[0]) >= 0;
        let same2 = (plt ^ self.plt[1]) >= 0;
        let wd1 = saturate(al1 << 2);
        let wd2 = (if same1 { (-wd1).min(32_767) } else { wd1 }) >> 7;
        let wd3 = if same2 { 128 } else { -128 };
        let apl2 = (wd2 + wd3 + ((al2 * 32_512) >> 15)).clamp(-12_288, 12_288);
        let limit = 15_360 - apl2;
        let wd1 = if same1 { 192 } else { -192 };
        let apl1 = (wd1 + ((al1 * 32_640) >> 15)).max(-limit).min(limit);
        self.al = [apl1, apl2];
    }

    /// UPZERO, DELAYA.
    #[inline(always)]
    fn update_zeros(&mut self, dlt: i32) {
        let step = if dlt == 0 { 0 } else { 128 };
        for (bl, past) in self.bl.iter_mut().zip(self.dlt) {
            let wd2 = if (dlt ^ past) >= 0 { step } else { -step };
            *bl = wd2 + ((*bl * 32_640) >> 15);
        }
        self.dlt.copy_within(0..ZEROS - 1, 1);
        self.dlt[0] = dlt;
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
        let mut szl = 0;
        for (bl, dlt) in self.bl.iter().zip(self.dlt).rev() {
            szl = saturate(szl + ((bl * (dlt + dlt)) >> 15));
        }
        szl
    }
}
