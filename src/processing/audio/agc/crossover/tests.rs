//! Pure: the bands are apart, and add up to what they were.

use super::*;

/// The gain in dB of each band and of their sum for a sine.
fn gains(rate: SampleRate, hz: f32) -> [f32; BANDS + 1] {
    let (mut crossover, block) = (Crossover::new(rate), rate.block_samples());
    let mut sums = [0.0f64; BANDS + 2];
    for b in 0..100 {
        let at = |n: usize| std::f64::consts::TAU * f64::from(hz) * (b * block + n) as f64 / f64::from(rate.hz());
        let pcm: Vec<f32> = (0..block).map(|n| at(n).sin() as f32).collect();
        let mut made = vec![[0.0; LANES]; block];
        crossover.split(&pcm, &mut made);
        for n in (0..block).filter(|_| b >= 50) {
            let [low, middle, high, _] = made[n];
            let parts = [low, middle, high, low + middle + high, pcm[n]];
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

#[test]
fn the_free_lane_weighs_as_the_meter_does() {
    for rate in SampleRate::ALL {
        let (mut crossover, mut meter, block) = (Crossover::new(rate), KWeighting::new(rate), rate.block_samples());
        for hz in [60.0, 500.0, 3_000.0] {
            let (mut ours, mut theirs) = (0.0, 0.0);
            for b in 0..100 {
                let at = |n: usize| std::f32::consts::TAU * hz * ((b * block + n) as f32 / rate.hz() as f32);
                let pcm: Vec<f32> = (0..block).map(|n| 0.1 * at(n).sin()).collect();
                let mut made = vec![[0.0; LANES]; block];
                crossover.split(&pcm, &mut made);
                let power = made.iter().map(|part| f64::from(part[LANES - 1].powi(2))).sum::<f64>() / block as f64;
                (ours, theirs) = (ours + power, theirs + meter.mean_square(&pcm));
            }
            assert!((10.0 * (ours / theirs).log10()).abs() < 0.05, "{rate}, {hz} Hz: {ours} {theirs}");
        }
    }
}
