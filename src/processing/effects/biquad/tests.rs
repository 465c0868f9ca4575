//! Pure: filters against the responses that they are designed for.

use super::*;

const RATE: SampleRate = SampleRate::Hz16000;

/// The measured gain for a sine in dB.
fn gain_db(coefficients: &Coefficients, hz: f32) -> f32 {
    let mut filter = Biquad::default();
    let mut power = [0.0f64; 2];
    for (second, power) in power.iter_mut().enumerate() {
        for block in 0..100 {
            let at = |n: usize| 2.0 * PI * f64::from(hz) * ((second * 100 + block) * 160 + n) as f64 / 16_000.0;
            let mut pcm: Vec<f32> = (0..160).map(|n| (0.1 * at(n).sin()) as f32).collect();
            filter.process(coefficients, &mut pcm);
            *power += pcm.iter().map(|x| f64::from(x * x)).sum::<f64>();
        }
    }
    (10.0 * (power[1] / (16_000.0 * 0.005)).log10()) as f32
}

#[test]
fn gains_are_those_of_the_design() {
    let cases = [
        (Shape::Peak, 1_000.0, 1.0, 6.0, [(1_000.0, 6.0), (50.0, 0.0), (7_500.0, 0.0)]),
        (Shape::LowShelf, 500.0, 0.707, -9.0, [(30.0, -9.0), (500.0, -4.5), (6_000.0, 0.0)]),
        (Shape::HighShelf, 2_000.0, 0.707, 9.0, [(100.0, 0.0), (2_000.0, 4.5), (7_500.0, 9.0)]),
        (Shape::LowPass, 1_000.0, 0.707, 0.0, [(100.0, 0.0), (1_000.0, -3.01), (200.0, 0.0)]),
        (Shape::HighPass, 1_000.0, 0.707, 0.0, [(7_000.0, 0.0), (1_000.0, -3.01), (5_000.0, 0.0)]),
        (Shape::Notch, 1_000.0, 2.0, 0.0, [(100.0, 0.0), (7_000.0, 0.0), (50.0, 0.0)]),
    ];
    for (shape, hz, q, gain, points) in cases {
        let coefficients = Coefficients::new(RATE, shape, hz, q, gain);
        for (at, wanted) in points {
            let measured = gain_db(&coefficients, at);
            assert!((measured - wanted).abs() < 0.2, "{shape:?} at {at}: {measured} dB, not {wanted}");
            assert!((measured - coefficients.response_db(RATE, at)).abs() < 0.05, "{shape:?} at {at}");
        }
    }
    assert!(gain_db(&Coefficients::new(RATE, Shape::Notch, 1_000.0, 2.0, 0.0), 1_000.0) < -60.0);
    assert_eq!(gain_db(&Coefficients::UNITY, 1_000.0).round(), 0.0);
}

#[test]
fn the_same_filter_at_every_rate() {
    for rate in SampleRate::ALL {
        let told = Coefficients::new(rate, Shape::Peak, 1_000.0, 1.0, 6.0).response_db(rate, 1_000.0);
        assert!((told - 6.0).abs() < 0.01, "{rate}: {told}");
    }
}

#[test]
fn silence_ends_in_zeros_and_a_broken_state_is_left() {
    let coefficients = Coefficients::new(RATE, Shape::LowPass, 20.0, 5.0, 0.0);
    let mut filter = Biquad::default();
    filter.process(&coefficients, &mut [1.0; 160]);
    for _ in 0..2_000 {
        filter.process(&coefficients, &mut [0.0; 160]);
    }
    assert_eq!(filter, Biquad::default());
    filter.process(&coefficients, &mut [f32::MAX, f32::MAX, f32::NAN]);
    assert_eq!(filter, Biquad::default());
}
