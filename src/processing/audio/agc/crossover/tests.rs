//! Pure: the bands are apart, and add up to what they were.

use super::*;

/// The gain in dB of each band and of their sum for a sine.
fn gains(rate: SampleRate, hz: f32) -> [f32; BANDS + 1] {
    let (mut crossover, block) = (Crossover::new(rate), rate.block_samples());
    let mut sums = [0.0f64; BANDS + 2];
    for b in 0..100 {
        let at = |n: usize| std::f64::consts::TAU * f64::from(hz) * (b * block + n) as f64 / f64::from(rate.hz());
        let pcm: Vec<f32> = (0..block).map(|n| at(n).sin() as f32).collect();
        let (mut low, mut middle, mut high) = (vec![0.0; block], vec![0.0; block], vec![0.0; block]);
        crossover.split(&pcm, &mut [&mut low, &mut middle, &mut high]);
        for n in (0..block).filter(|_| b >= 50) {
            let parts = [low[n], middle[n], high[n], low[n] + middle[n] + high[n], pcm[n]];
            sums.iter_mut().zip(parts).for_each(|(sum, x)| *sum += f64::from(x * x));
        }
    }
    std::array::from_fn(|k| (10.0 * (sums[k] / sums[BANDS + 1]).log10()) as f32)
}

#[test]
fn the_sum_is_flat() {
    for rate in SampleRate::ALL {
        for hz in [100.0, 200.0, 300.0, 450.0, 1_000.0, 1_900.0, 2_000.0, 2_600.0, 3_400.0] {
            let [.., sum] = gains(rate, hz);
            assert!(sum.abs() < 0.05, "{rate}, {hz} Hz: {sum} dB");
        }
    }
}

#[test]
fn the_bands_are_apart() {
    for (hz, [low, middle, high]) in
        [(100.0, [-1.0, -30.0, -60.0]), (800.0, [-30.0, -1.0, -25.0]), (7_000.0, [-60.0, -25.0, -1.0])]
    {
        let told = gains(SampleRate::Hz16000, hz);
        for (told, limit) in told.into_iter().zip([low, middle, high]) {
            assert!(if limit > -5.0 { told > limit } else { told < limit }, "{hz} Hz: {told} dB, {limit}");
        }
    }
    let [low, middle, ..] = gains(SampleRate::Hz16000, MEET_HZ[0]);
    assert!((low + 6.02).abs() < 0.2 && (middle + 6.02).abs() < 0.2, "{low} {middle}");
}
