//! Pure: how much of a digit is heard where events replace it.

use super::super::{DtmfDetector, DtmfParams, ToneDetector};
use super::*;

/// Silence with an alignment of its own, a digit of 80 ms, silence. Returns where the digit is.
fn digit(rate: SampleRate, lead: usize) -> (Vec<f32>, std::ops::Range<usize>) {
    let samples = |ms: usize| ms * rate.hz() as usize / 1_000;
    let tone = |n: usize, hz: f32| 0.2 * (std::f32::consts::TAU * hz * n as f32 / rate.hz() as f32).sin();
    let mut pcm = vec![0.0; samples(100) + lead];
    let at = pcm.len()..pcm.len() + samples(80);
    pcm.extend((0..samples(80)).map(|n| tone(n, 852.0) + tone(n, 1_477.0)));
    pcm.resize(pcm.len() + samples(200), 0.0);
    (pcm, at)
}

/// How many ms of the digit are heard, suppressed or not.
fn leaked(rate: SampleRate, lead: usize, on: bool) -> f64 {
    let (mut pcm, _) = digit(rate, lead);
    let mut detector = DtmfDetector::new(rate, DtmfParams::default()).unwrap();
    let mut suppressor = ToneSuppressor::new(rate);
    for block in pcm.chunks_exact_mut(rate.block_samples()) {
        detector.process(block).unwrap();
        suppressor.process(block, on, detector.suppresses()).unwrap();
    }
    let heard = pcm.iter().filter(|x| x.abs() > 1e-3).count();
    heard as f64 * 1e3 / f64::from(rate.hz())
}

#[test]
fn at_most_20_ms_leak() {
    for rate in SampleRate::ALL {
        for step in 0..20 {
            let told = leaked(rate, step * rate.block_samples() / 20, true);
            assert!(told <= 20.0, "{rate}, {step}: {told} ms");
        }
        assert!(leaked(rate, 0, false) > 75.0, "the twin that is off");
    }
}

#[test]
fn what_is_no_digit_is_only_later() {
    let rate = SampleRate::Hz16000;
    let mut suppressor = ToneSuppressor::new(rate);
    let pcm: Vec<f32> = (0..3_200).map(|n| ((n * 37) % 101) as f32 / 101.0 - 0.5).collect();
    let mut out = pcm.clone();
    out.chunks_exact_mut(160).for_each(|block| suppressor.process(block, true, false).unwrap());
    assert_eq!(suppressor.delay_samples(), 320);
    assert_eq!(out[480..], pcm[160..3_200 - 320], "after the fade");
    let mut off = pcm.clone();
    suppressor.process(&mut off[..160], false, false).unwrap();
    assert_eq!(suppressor.delay_samples(), 0);
    suppressor.process(&mut off[160..320], false, true).unwrap();
    assert_eq!(off[160..], pcm[160..]);
}

#[test]
fn muting_and_switching_do_not_click() {
    let (rate, tone) =
        (SampleRate::Hz8000, |n: usize| 0.3 * (std::f32::consts::TAU * 200.0 * n as f32 / 8_000.0).sin());
    let mut pcm: Vec<f32> = (0..3_200).map(tone).collect();
    let steepest = |pcm: &[f32]| pcm.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    let natural = steepest(&pcm);
    let mut suppressor = ToneSuppressor::new(rate);
    for (n, block) in pcm.chunks_exact_mut(80).enumerate() {
        suppressor.process(block, (5..30).contains(&n), (10..15).contains(&n)).unwrap();
    }
    assert!(steepest(&pcm) < 1.7 * natural, "{} against {natural}", steepest(&pcm));
    assert!(pcm[11 * 80..15 * 80].iter().all(|x| *x == 0.0));
    assert_eq!(suppressor.process(&mut [0.0; 81], true, false), Err(StageFault::BadBlock));
}
