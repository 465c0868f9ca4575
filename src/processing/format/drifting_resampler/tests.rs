//! Pure: resampling by a ratio that drifts.

use super::*;

/// Feeds a tone at `hz` and returns what comes out, with the drift set from the start.
fn tone(from: f64, to: f64, hz: f64, seconds: f64, ppm: f64, fixed: FixedSide) -> Vec<f32> {
    let mut resampler = DriftingResampler::new(from, to, 1, fixed).unwrap();
    resampler.set_drift(ppm).unwrap();
    let (mut fed, mut out) = (0, Vec::new());
    while (fed as f64) < seconds * from {
        let taken = resampler.input_samples();
        let input: Vec<f32> =
            (fed..fed + taken).map(|n| (0.5 * (std::f64::consts::TAU * hz * n as f64 / from).sin()) as f32).collect();
        fed += taken;
        let mut block = vec![0.0; resampler.output_samples()];
        assert_eq!(resampler.process(&input, &mut block), Ok(block.len()));
        out.extend(block);
    }
    out
}

/// The part of a signal that is not a sinusoid at `hz`, in dB of the whole.
fn residue(pcm: &[f32], rate: f64, hz: f64) -> f64 {
    let step = std::f64::consts::TAU * hz / rate;
    let sum = |f: &dyn Fn(f64) -> f64| -> f64 {
        pcm.iter().enumerate().map(|(n, &x)| f64::from(x) * f(step * n as f64)).sum()
    };
    let (re, im) = (sum(&f64::cos) * 2.0 / pcm.len() as f64, sum(&f64::sin) * 2.0 / pcm.len() as f64);
    let rest: f64 = pcm
        .iter()
        .enumerate()
        .map(|(n, &x)| (f64::from(x) - re * (step * n as f64).cos() - im * (step * n as f64).sin()).powi(2))
        .sum();
    10.0 * (rest / pcm.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>()).log10()
}

#[test]
fn tone_keeps_its_pitch_between_foreign_rates() {
    for (from, to) in [(44_100.0, 48_000.0), (48_000.0, 44_100.0), (11_025.0, 8_000.0), (22_050.0, 16_000.0)] {
        for fixed in [FixedSide::Input((from / 100.0) as usize), FixedSide::Output((to / 100.0) as usize)] {
            let out = tone(from, to, 1_000.0, 0.4, 0.0, fixed);
            let settled = &out[(0.1 * to) as usize..][..(0.25 * to) as usize];
            assert!(residue(settled, to, 1_000.0) < -90.0, "{from} to {to}: {}", residue(settled, to, 1_000.0));
        }
    }
}

#[test]
fn passband_is_flat_to_85_percent() {
    for (from, to) in [(44_100.0, 48_000.0), (48_000.0, 44_100.0), (16_000.0, 16_000.0)] {
        let out = tone(from, to, 0.85 * f64::min(from, to) / 2.0, 0.4, 0.0, FixedSide::Input((from / 100.0) as usize));
        let settled = &out[out.len() / 4..];
        let power = settled.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / settled.len() as f64;
        let gain = 10.0 * (power / 0.125).log10();
        assert!(gain.abs() < 0.05, "{from} to {to}: {gain:.3} dB");
    }
}

#[test]
fn tones_above_the_lower_rate_vanish() {
    let out = tone(48_000.0, 8_000.0, 5_500.0, 0.4, 0.0, FixedSide::Input(480));
    assert!(out.iter().skip(400).all(|x| x.abs() < 1e-4));
}

#[test]
fn drift_changes_length_and_pitch() {
    let samples = |ppm| tone(16_000.0, 16_000.0, 1_000.0, 4.0, ppm, FixedSide::Input(160)).len() as f64;
    let nominal = samples(0.0);
    for ppm in [-1_000.0, 1_000.0] {
        let drifted = tone(16_000.0, 16_000.0, 1_000.0, 4.0, ppm, FixedSide::Input(160));
        assert!((drifted.len() as f64 - nominal * (1.0 + ppm * 1e-6)).abs() < 3.0, "{} of {nominal}", drifted.len());
        let settled = &drifted[16_000..32_000];
        assert!(residue(settled, 16_000.0, 1_000.0 / (1.0 + ppm * 1e-6)) < -70.0);
        assert!(residue(settled, 16_000.0, 1_000.0) > -20.0, "the pitch would be seen not to change");
    }
}

/// To half a sample: a peak lies between two.
#[test]
fn impulse_arrives_after_the_stated_delay() {
    for (from, to) in [(44_100.0, 48_000.0), (48_000.0, 44_100.0), (16_000.0, 16_001.0), (96_000.0, 8_000.0)] {
        let mut resampler = DriftingResampler::new(from, to, 1, FixedSide::Input(441)).unwrap();
        let mut out = Vec::new();
        for block in 0..8 {
            let mut input = [0.0; 441];
            input[0] = f32::from(block == 1);
            let mut part = vec![0.0; resampler.output_samples()];
            resampler.process(&input, &mut part).unwrap();
            out.extend(part);
        }
        let peak = (0..out.len()).max_by(|&a, &b| out[a].total_cmp(&out[b])).unwrap();
        let expected = to * (441.0 / from + resampler.delay().as_secs_f64());
        assert!((peak as f64 - expected).abs() <= 0.51, "{from} to {to}: {peak} for {expected}");
    }
}

#[test]
fn channels_and_bad_samples() {
    let mut resampler = DriftingResampler::new(44_100.0, 48_000.0, 2, FixedSide::Output(480)).unwrap();
    for block in 0..8 {
        let taken = resampler.input_samples();
        let mut input = vec![0.5; 2 * taken];
        input[taken..].fill(-0.25);
        input[5] = if block == 1 { f32::NAN } else { 0.5 };
        let mut out = [0.0; 960];
        assert_eq!(resampler.process(&input, &mut out), Ok(480));
        assert!(out.iter().all(|y| y.is_finite()));
        if block > 4 {
            assert!(out[..480].iter().all(|y| (y - 0.5).abs() < 1e-3));
            assert!(out[480..].iter().all(|y| (y + 0.25).abs() < 1e-3));
        }
    }
}

#[test]
fn wrong_settings_are_typed() {
    let new = |from, to, channels, fixed| DriftingResampler::new(from, to, channels, fixed).map(|_| ());
    assert_eq!(new(f64::NAN, 8e3, 1, FixedSide::Input(80)).map_err(|e| e.to_string().contains("NaN")), Err(true));
    assert_eq!(new(8e3, 1e6, 1, FixedSide::Input(80)), Err(FormatError::Rate(1e6)));
    assert!(matches!(new(8e3, 16e3, 0, FixedSide::Input(80)), Err(FormatError::Channels { .. })));
    assert_eq!(new(8e3, 16e3, 1, FixedSide::Output(0)), Err(FormatError::Block(0)));
    let mut resampler = DriftingResampler::new(8e3, 16e3, 1, FixedSide::Input(80)).unwrap();
    assert_eq!(resampler.set_drift(9_000.0), Err(FormatError::Drift(9_000.0)));
    assert_eq!(resampler.process(&[0.0; 81], &mut [0.0; 400]), Err(FormatFault::BadBlock));
    assert_eq!(resampler.process(&[0.0; 80], &mut [0.0; 10]), Err(FormatFault::ShortOutput));
    let (most_in, most_out) = resampler.most_samples();
    assert!(most_in >= resampler.input_samples() && most_out >= resampler.output_samples());
}
