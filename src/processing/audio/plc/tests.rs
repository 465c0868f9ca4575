//! Pure: concealment: what is made up is like what was lost, fades, and joins without an edge.

use super::*;

fn buzz(hz: f32, rate: f32, n: usize) -> Vec<f32> {
    (0..n)
        .map(|i| {
            let t = std::f32::consts::TAU * hz * i as f32 / rate;
            (1..8).map(|k| (t * k as f32 + (k * k) as f32).sin() / k as f32).sum::<f32>() * 0.2
        })
        .collect()
}

#[test]
fn a_voiced_sound_goes_on_at_its_pitch() {
    for rate in SampleRate::ALL {
        let (block, hz) = (rate.block_samples(), rate.hz() as f32);
        let signal = buzz(125.0, hz, 8 * block);
        let mut concealer = Concealer::new(rate);
        let mut out = vec![0.0; 2 * block];
        concealer.conceal(&signal[..6 * block], &mut out);
        let missed: f32 = out.iter().zip(&signal[6 * block..]).map(|(a, b)| (a - b) * (a - b)).sum();
        let power: f32 = out.iter().map(|a| a * a).sum();
        assert!(missed < 0.01 * power, "{rate}: {missed} of {power}");
    }
}

#[test]
fn a_long_loss_fades_to_the_background_and_never_loops() {
    let rate = SampleRate::Hz8000;
    let mut concealer = Concealer::new(rate);
    let mut signal = buzz(180.0, 8_000.0, 480);
    let quiet: Vec<f32> = (0..80).map(|i| ((i * 7_919 % 101) as f32 / 101.0 - 0.5) * 0.004).collect();
    concealer.observe(&quiet);
    for _ in 0..50 {
        let mut out = [0.0; 80];
        concealer.conceal(&signal, &mut out);
        signal.extend(out);
    }
    assert!(concealer.is_faded());
    let tail = &signal[signal.len() - 2_400..];
    let power = tail.iter().map(|s| s * s).sum::<f32>() / 2_400.0;
    let wanted = quiet.iter().map(|s| s * s).sum::<f32>() / 80.0;
    assert!((0.3..2.0).contains(&(power / wanted)), "{power} against {wanted}");
}

#[test]
fn nothing_breaks_on_silence_or_odd_sizes() {
    for rate in SampleRate::ALL {
        let mut concealer = Concealer::new(rate);
        let before = vec![0.0; 6 * rate.block_samples()];
        for n in [1, 7, rate.block_samples()] {
            let mut out = vec![1.0; n];
            concealer.conceal(&before, &mut out);
            assert!(out.iter().all(|s| s.is_finite()));
            let mut all = before.clone();
            all.extend(&out);
            all.extend(vec![0.5; 2 * n]);
            concealer.merge(&mut all, before.len(), before.len() + n);
            assert!(all.iter().all(|s| s.is_finite()));
        }
    }
}
