//! Pure: the predictor: poles stay stable, values wrap where the Recommendation says.

use super::*;

/// Block 4 written as the Recommendation has it: 16-bit operations, one after the other.
#[derive(Default)]
struct Literal {
    bl: [i16; 7],
    dlt: [i16; 7],
    al: [i16; 3],
    rlt: [i16; 3],
    plt: [i16; 3],
    szl: i16,
    sl: i16,
    /// How often FILTEZ saturated: shows that the test gets there.
    saturated: usize,
}

fn mul(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 15) as i16
}

impl Literal {
    fn adapt(&mut self, dlt: i16) {
        self.dlt[0] = dlt;
        self.rlt[0] = self.sl.saturating_add(dlt);
        self.plt[0] = dlt.saturating_add(self.szl);
        let sg = self.plt.map(|plt| plt >> 15);
        let wd1 = self.al[1].saturating_add(self.al[1]);
        let wd1 = wd1.saturating_add(wd1);
        let wd2 = (if sg[0] == sg[1] { 0i16.saturating_sub(wd1) } else { wd1 }) >> 7;
        let wd4 = wd2.saturating_add(if sg[0] == sg[2] { 128 } else { -128 });
        let apl2 = wd4.saturating_add(mul(self.al[2], 32_512)).clamp(-12_288, 12_288);
        let wd1 = if sg[0] == sg[1] { 192i16 } else { -192 };
        let apl1 = wd1.saturating_add(mul(self.al[1], 32_640));
        let wd3 = 15_360i16.saturating_sub(apl2);
        let apl1 = apl1.clamp(-wd3, wd3);
        let step = if dlt == 0 { 0 } else { 128 };
        for i in 1..7 {
            let wd2 = if self.dlt[i] >> 15 == dlt >> 15 { step } else { -step };
            self.bl[i] = mul(self.bl[i], 32_640).saturating_add(wd2);
        }
        self.dlt.copy_within(0..6, 1);
        self.rlt.copy_within(0..2, 1);
        self.plt.copy_within(0..2, 1);
        self.al = [0, apl1, apl2];
        let spl = [1, 2].map(|i| mul(self.al[i], self.rlt[i].saturating_add(self.rlt[i])));
        let spl = spl[0].saturating_add(spl[1]);
        self.szl = 0;
        for i in (1..7).rev() {
            let wd = mul(self.bl[i], self.dlt[i].saturating_add(self.dlt[i]));
            self.saturated += usize::from(self.szl.checked_add(wd).is_none());
            self.szl = self.szl.saturating_add(wd);
        }
        self.sl = spl.saturating_add(self.szl);
    }
}

#[test]
fn follows_the_recommendation_into_saturation() {
    let mut predictor = Predictor::default();
    let mut literal = Literal::default();
    let mut state = 7u64;
    for n in 0..60_000u32 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = (state >> 48) as i16;
        // Runs of one sign drive the zeros to their bounds; noise, alternation and silence bring them back.
        let dlt = match n / 2_000 % 6 {
            0 => 10_228,
            1 => random % 10_228,
            2 => -10_228,
            3 => random >> 12,
            4 => [10_228, -10_228][n as usize & 1],
            _ => 0,
        };
        predictor.adapt(dlt.into());
        literal.adapt(dlt);
        assert_eq!(predictor.estimate(), i32::from(literal.sl), "sample {n}");
    }
    assert!(literal.saturated > 100, "FILTEZ saturated {} times", literal.saturated);
}
