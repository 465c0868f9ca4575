//! Pure: the weighting against ebur128 and the Recommendation's reference.

use super::*;

fn sine(rate: SampleRate, hz: f64, amplitude: f64, seconds: usize) -> Vec<f32> {
    let turn = std::f64::consts::TAU * hz / f64::from(rate.hz());
    (0..seconds * rate.hz() as usize).map(|n| (amplitude * (turn * n as f64).sin()) as f32).collect()
}

fn measured(rate: SampleRate, pcm: &[f32]) -> f64 {
    let mut weighting = KWeighting::new(rate);
    let settle = pcm.len() / 2;
    weighting.mean_square(&pcm[..settle]);
    loudness(weighting.mean_square(&pcm[settle..]))
}

#[test]
fn the_reference_sine_has_its_loudness() {
    let told = measured(SampleRate::Hz48000, &sine(SampleRate::Hz48000, 997.0, 1.0, 4));
    assert!((told + 3.01).abs() < 0.02, "{told}");
}

#[test]
fn it_agrees_with_ebur128_at_every_rate_and_frequency() {
    for rate in SampleRate::ALL {
        for hz in [40.0, 100.0, 500.0, 1_000.0, 2_000.0, 3_500.0] {
            let pcm = sine(rate, hz, 0.1, 2);
            let mut meter = ebur128::EbuR128::new(1, rate.hz(), ebur128::Mode::M).unwrap();
            meter.add_frames_f32(&pcm).unwrap();
            let (ours, theirs) = (measured(rate, &pcm), meter.loudness_momentary().unwrap());
            assert!((ours - theirs).abs() < 0.02, "{rate}, {hz} Hz: {ours}, ebur128 {theirs}");
        }
    }
}

#[test]
fn silence_after_sound_ends_in_zeros() {
    let mut weighting = KWeighting::new(SampleRate::Hz8000);
    weighting.mean_square(&[1.0; 80]);
    for _ in 0..400 {
        weighting.mean_square(&[0.0; 80]);
    }
    assert_eq!((weighting.high_pass.x, weighting.high_pass.y), ([0.0; 2], [0.0; 2]));
    assert_eq!(weighting.mean_square(&[0.0; 80]), 0.0);
    assert!((loudness(power(-23.0)) + 23.0).abs() < 1e-9);
}
