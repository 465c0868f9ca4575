//! Real-time: block 3: the quantizers' scale factors, adapted in the logarithmic domain (LOGSCL, SCALEL, LOGSCH,
//! SCALEH; clauses 6.2.1.3 and 6.2.2.3).
//!
//! The linear scale factor depends only on the logarithmic one without its six last bits, so the antilogarithm is a
//! table made at compile time, and with it the reciprocal that lets QUANTL divide by multiplication.

/// WL by the four most significant bits of the lower band's code.
#[rustfmt::skip]
const WL: [i16; 16] = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
/// WH by the higher band's code.
const WH: [i16; 4] = [798, -214, 798, -214];
/// Greatest logarithmic scale factor of the lower and the higher band.
const NBL_MAX: i32 = 18_432;
const NBH_MAX: i32 = 22_528;
const LOW_STEPS: usize = NBL_MAX as usize / 64 + 1;
const HIGH_STEPS: usize = NBH_MAX as usize / 64 + 1;

/// ILB: 2^(i/32) in Q11.
#[rustfmt::skip]
const ILB: [u16; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

/// SCALEL and SCALEH for each value of NB >> 6; `shift` is 8 or 10.
const fn antilogarithms<const N: usize>(shift: usize) -> [u16; N] {
    let mut table = [0; N];
    let mut step = 0;
    while step < N {
        let (mantissa, exponent) = (ILB[step & 31], step >> 5);
        let wd3 = if exponent > shift { mantissa << (exponent - shift) } else { mantissa >> (shift - exponent) };
        table[step] = wd3 << 2;
        step += 1;
    }
    table
}

/// Bits after the point of [`LowScale::reciprocal`].
pub(super) const RECIPROCAL_BITS: u32 = 42;

const fn reciprocals() -> [u64; LOW_STEPS] {
    let mut table = [0; LOW_STEPS];
    let mut step = 0;
    while step < LOW_STEPS {
        table[step] = (1u64 << RECIPROCAL_BITS).div_ceil(DETL[step] as u64);
        step += 1;
    }
    table
}

static DETL: [u16; LOW_STEPS] = antilogarithms(8);
static DETH: [u16; HIGH_STEPS] = antilogarithms(10);
static RECIPROCAL: [u64; LOW_STEPS] = reciprocals();

/// LOGSCL, LOGSCH: leaks by 1/128, adds the code's increment, stays in 0..=max.
#[inline(always)]
fn adapted(nb: i32, increment: i16, max: i32) -> i32 {
    (((nb * 32_512) >> 15) + i32::from(increment)).clamp(0, max)
}

/// Scale factor of the lower band: NBL, 0..=18432.
#[derive(Debug, Clone, Default)]
pub(super) struct LowScale {
    nbl: i32,
}

impl LowScale {
    #[inline(always)]
    fn step(&self) -> usize {
        (self.nbl >> 6) as usize
    }

    /// DETL, 32..=16384.
    #[inline(always)]
    pub(super) fn detl(&self) -> i32 {
        i32::from(DETL[self.step()])
    }

    /// 2^42 / DETL, rounded up.
    #[inline(always)]
    pub(super) fn reciprocal(&self) -> u64 {
        RECIPROCAL[self.step()]
    }

    /// Adapts to the four most significant bits of the code.
    #[inline(always)]
    pub(super) fn adapt(&mut self, ril: u8) {
        self.nbl = adapted(self.nbl, WL[usize::from(ril & 15)], NBL_MAX);
    }

    #[cfg(test)]
    pub(super) fn with_step(step: usize) -> Self {
        Self { nbl: (step * 64) as i32 }
    }
}

/// Scale factor of the higher band: NBH, 0..=22528.
#[derive(Debug, Clone, Default)]
pub(super) struct HighScale {
    nbh: i32,
}

impl HighScale {
    /// DETH, 8..=16384.
    #[inline(always)]
    pub(super) fn deth(&self) -> i32 {
        i32::from(DETH[(self.nbh >> 6) as usize])
    }

    /// Adapts to the code.
    #[inline(always)]
    pub(super) fn adapt(&mut self, ih: u8) {
        self.nbh = adapted(self.nbh, WH[usize::from(ih & 3)], NBH_MAX);
    }
}
