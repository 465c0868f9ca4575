//! Pure: time stretching: pitch kept, no edges, refusal where nothing repeats.

use super::*;

fn tone(hz: f32, rate: f32, n: usize) -> Vec<f32> {
    (0..n).map(|i| (std::f32::consts::TAU * hz * i as f32 / rate).sin() * 0.5).collect()
}

fn splice(rate: usize) -> Splice {
    Splice { lags: rate / 400..=rate / 60, overlap: rate / 100, thin: (rate / 4_000).max(1) }
}

/// Each sample of a tone follows from the two before it: what does not is a break.
fn worst_break(samples: &[f32], hz: f32, rate: f32) -> f32 {
    let k = 2.0 * (std::f32::consts::TAU * hz / rate).cos();
    samples.windows(3).map(|w| (w[2] - k * w[1] + w[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn a_tone_is_shortened_and_lengthened_without_a_phase_break() {
    for rate in [8_000usize, 16_000, 48_000] {
        let mut shorter = tone(1_000.0, rate as f32, rate / 10);
        let taken = shorten(&mut shorter, rate / 50, &splice(rate), 0.95).unwrap();
        shorter.truncate(rate / 10 - taken);
        let mut longer = tone(1_000.0, rate as f32, rate / 10);
        longer.resize(rate / 10 + rate / 50, 9.0);
        let put = lengthen(&mut longer, rate / 10, rate / 30, &splice(rate), 0.95).unwrap();
        longer.truncate(rate / 10 + put);
        for (what, samples) in [("shorter", shorter), ("longer", longer)] {
            let broken = worst_break(&samples, 1_000.0, rate as f32);
            assert!(broken < 1e-3, "{what} at {rate}: {broken}");
        }
        // The twin: a cut of half a period is seen.
        let mut cut = tone(1_000.0, rate as f32, rate / 10);
        cut.drain(100..100 + rate / 2_000);
        assert!(worst_break(&cut, 1_000.0, rate as f32) > 0.05);
    }
}

#[test]
fn an_attack_is_refused() {
    let mut samples = vec![0.0; 800];
    for (i, sample) in samples.iter_mut().enumerate().skip(400) {
        *sample = ((i * i * 7919 % 1_013) as f32 / 1_013.0 - 0.5) * 0.8;
    }
    let before = samples.clone();
    assert_eq!(shorten(&mut samples, 370, &splice(8_000), 0.8), None);
    assert_eq!(lengthen(&mut samples, 600, 370, &splice(8_000), 0.8), None);
    assert_eq!(samples, before);
}

#[test]
fn any_sizes_are_refused_or_served() {
    for n in [0usize, 1, 79, 80, 100, 161, 400] {
        for at in [0usize, 1, 40, 100, 399, 500] {
            let mut samples = tone(200.0, 8_000.0, n);
            let taken = shorten(&mut samples, at, &splice(8_000), -1.0);
            assert!(taken.is_none_or(|t| at + t + 80 <= n));
            let mut samples = tone(200.0, 8_000.0, n);
            let filled = n * 2 / 3;
            let put = lengthen(&mut samples, filled, at, &splice(8_000), -1.0);
            assert!(put.is_none_or(|p| p <= n - filled && p <= at));
        }
    }
}
