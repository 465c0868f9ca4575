//! Pure: nothing over the ceiling, nothing else changed.

use super::*;

fn noise(n: usize) -> f32 {
    ((n as u32).wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0
}

fn run(limiter: &mut PeakLimiter, pcm: &[f32], block: usize) -> Vec<f32> {
    let mut out = pcm.to_vec();
    for block in out.chunks_exact_mut(block) {
        limiter.process(block).unwrap();
    }
    out
}

fn peak(pcm: &[f32]) -> f32 {
    pcm.iter().fold(0.0, |p, x| p.max(x.abs()))
}

#[test]
fn bursts_stay_under_the_ceiling() {
    for rate in SampleRate::ALL {
        for ahead in [1, 5, 8, 10] {
            let block = rate.block_samples();
            // Single samples, short and long bursts of up to +18 dBFS over a quiet ground.
            let loud = |n: usize| (n / 37).is_multiple_of(11) || n.is_multiple_of(501) || (n / block) % 9 == 4;
            let pcm: Vec<f32> = (0..100 * block).map(|n| noise(n) * if loud(n) { 8.0 } else { 0.1 }).collect();
            let mut limiter = PeakLimiter::new(rate, -1.0, ahead, 50.0).unwrap();
            let out = run(&mut limiter, &pcm, block);
            let ceiling = 10f32.powf(-0.05);
            assert!(peak(&out) <= ceiling && peak(&pcm) > 7.0, "{rate}, {ahead} ms: {}", peak(&out));
            // It is the gain that does it, in straight lines of 1 ms; a cut sample would stand out of its line.
            let gains: Vec<f32> = pcm.iter().zip(&out[limiter.delay_samples()..]).map(|(x, y)| y / x).collect();
            for line in gains.chunks_exact(block / 10) {
                assert!(
                    line.windows(3).all(|g| (g[0] - 2.0 * g[1] + g[2]).abs() < 1e-3),
                    "{rate}, {ahead} ms: {line:?}"
                );
            }
        }
    }
}

#[test]
fn the_gain_does_not_jump() {
    let rate = SampleRate::Hz16000;
    let pcm: Vec<f32> = (0..3_200).map(|n| if n < 1_600 { 0.3 } else { 3.0 }).collect();
    let mut limiter = PeakLimiter::new(rate, 0.0, 8, 50.0).unwrap();
    let out = run(&mut limiter, &pcm, 160);
    let delay = limiter.delay_samples();
    let gains: Vec<f32> = pcm.iter().zip(&out[delay..]).map(|(x, y)| y / x).collect();
    let step = gains.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(step < 0.008, "{step}");
    assert!((gains[1_700] - 1.0 / 3.0).abs() < 1e-3);
}

#[test]
fn what_fits_is_only_later() {
    let rate = SampleRate::Hz8000;
    let pcm: Vec<f32> = (0..800).map(|n| 0.9 * noise(n)).collect();
    let mut limiter = PeakLimiter::new(rate, 0.0, 4, 50.0).unwrap();
    let out = run(&mut limiter, &pcm, 80);
    assert_eq!(limiter.delay_samples(), 32);
    assert_eq!(out[32..], pcm[..800 - 32]);
    assert_eq!(limiter.gain(), 1.0);
}

#[test]
fn it_comes_back_and_bad_input_is_held_off() {
    let mut limiter = PeakLimiter::new(SampleRate::Hz8000, 0.0, 4, 20.0).unwrap();
    run(&mut limiter, &[f32::NAN, f32::INFINITY, 5.0, -5.0].repeat(40), 80);
    assert!(limiter.gain() < 0.5);
    let out = run(&mut limiter, &[0.5; 4_800], 80);
    assert!(out.iter().all(|x| x.is_finite()) && limiter.gain() == 1.0);
    assert_eq!(limiter.process(&mut [0.0; 79]), Err(StageFault::BadBlock));
    assert!(PeakLimiter::new(SampleRate::Hz8000, 0.0, 11, 20.0).is_err());
}
