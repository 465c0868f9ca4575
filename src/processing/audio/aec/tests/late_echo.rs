//! Pure: an echo that comes later than the canceller looks for it is told of, and nothing else is.

use super::material::{fall_db, hiss, room, speech, sum, through};
use super::{make, part, run};
use crate::processing::audio::aec::{AecAlgorithm, AecParams, EchoCanceller as _};
use crate::types::SampleRate;

const SECONDS: f32 = 12.0;

/// All that was told in a call, in the order in which it changed.
fn told(rate: SampleRate, params: AecParams, far: &[f32], mic: &[f32]) -> Vec<Option<u16>> {
    let mut aec = make(rate, params);
    let size = rate.block_samples();
    let blocks = far.chunks_exact(size).zip(mic.chunks_exact(size));
    let mut told: Vec<_> = blocks
        .map(|(far, mic)| {
            aec.process(far, &mut mic.to_vec()).expect("whole blocks");
            aec.metrics().late_echo_ms
        })
        .collect();
    told.dedup();
    told
}

#[test]
fn an_echo_beyond_the_search_is_told_of() {
    let cases = [
        (SampleRate::Hz8000, 700),
        (SampleRate::Hz8000, 2_400),
        (SampleRate::Hz16000, 1_400),
        (SampleRate::Hz48000, 900),
    ];
    for (seed, (rate, delay)) in (31..).zip(cases) {
        let far = speech(rate, SECONDS, seed);
        // In double talk, the other as loud as the echo.
        let echo = through(&room(rate, delay as f32, 0.01, 10.0, seed), &far);
        let other: Vec<f32> = speech(rate, SECONDS, seed + 40).iter().map(|x| 0.3 * x).collect();
        let mic = sum(&sum(&echo, &other), &hiss(far.len(), -65.0, seed));
        let told = told(rate, AecParams::default(), &far, &mic);
        let near = |told: &Option<u16>| told.is_none_or(|told| told.abs_diff(delay) <= 10);
        assert!(told.len() > 1 && told.iter().all(near), "{rate}, {delay} ms: {told:?}");
    }
}

/// The twins: an echo that is searched for, and none at all.
#[test]
fn what_is_no_late_echo_is_not_told_of() {
    let rate = SampleRate::Hz8000;
    for seed in 50..58 {
        let far = speech(rate, SECONDS, seed);
        let other = sum(&speech(rate, SECONDS, seed + 40), &hiss(far.len(), -65.0, seed));
        let echo = sum(&through(&room(rate, 450.0, 0.03, 10.0, seed), &far), &other);
        for near in [&other, &echo] {
            assert_eq!(told(rate, AecParams::default(), &far, near), [None], "{seed}");
        }
    }
    assert_eq!(told(rate, AecParams::default(), &[0.0; 8_000], &[0.0; 8_000]), [None]);
    assert_eq!(told(rate, AecParams::default(), &[f32::NAN; 8_000], &[f32::INFINITY; 8_000]), [None]);
}

#[test]
fn a_wider_search_reaches_it() {
    let rate = SampleRate::Hz16000;
    let far = speech(rate, SECONDS, 61);
    let mic = sum(&through(&room(rate, 800.0, 0.03, 10.0, 61), &far), &hiss(far.len(), -70.0, 61));
    for (params, least, late) in [
        (AecParams::default(), -1.0, Some(800)),
        (AecParams::light(), -1.0, Some(800)),
        (AecParams::default().max_delay_ms(1_000), 20.0, None),
        (AecParams::light().max_delay_ms(1_000), 12.0, None),
    ] {
        let mut aec = make(rate, params);
        let out = run(&mut aec, rate, &far, &mic);
        let fall = fall_db(part(&mic, rate, 8.0, SECONDS), part(&out, rate, 8.0, SECONDS));
        assert!(fall > least && (late.is_none() || fall < 3.0), "{params:?}: {fall} dB");
        assert_eq!(aec.metrics().late_echo_ms, late, "{params:?}");
    }
}

#[test]
fn it_is_forgotten_with_the_rest() {
    let rate = SampleRate::Hz8000;
    let far = speech(rate, SECONDS, 62);
    let mic = through(&room(rate, 900.0, 0.03, 6.0, 62), &far);
    let mut aec = make(rate, AecParams::default());
    run(&mut aec, rate, &far, &mic);
    assert_eq!(aec.metrics().late_echo_ms, Some(900));
    aec.reset();
    assert_eq!(aec.metrics().late_echo_ms, None);
    // The path becomes shorter: it is within reach.
    run(&mut aec, rate, &far, &mic);
    run(&mut aec, rate, &far, &through(&room(rate, 100.0, 0.03, 6.0, 62), &far));
    assert_eq!(aec.metrics().late_echo_ms, None);
    // It is gone, and another speaks.
    run(&mut aec, rate, &far, &mic);
    assert_eq!(aec.metrics().late_echo_ms, Some(900));
    let other = sum(&speech(rate, SECONDS, 63), &hiss(far.len(), -50.0, 63));
    run(&mut aec, rate, &far, &other);
    run(&mut aec, rate, &far, &other);
    assert_eq!(aec.metrics().late_echo_ms, None);
}

/// The far end says a third of a second each two seconds, and its echo comes when it has been silent for longer than most echoes take.
#[test]
fn an_echo_in_a_long_pause_is_taken_out() {
    let rate = SampleRate::Hz8000;
    let says = |n: usize| n % 16_000 < 2_600;
    let far: Vec<f32> =
        speech(rate, 24.0, 64).iter().enumerate().map(|(n, x)| if says(n) { *x } else { 0.0 }).collect();
    let mic = sum(&through(&room(rate, 970.0, 0.02, 6.0, 64), &far), &hiss(far.len(), -75.0, 64));
    let neural = AecParams::default().algorithm(AecAlgorithm::Neural);
    let params = [AecParams::default(), AecParams::light(), neural];
    for params in params.into_iter().take(if cfg!(feature = "neural") { 3 } else { 2 }) {
        let out = run(&mut make(rate, params.max_delay_ms(1_000)), rate, &far, &mic);
        let fall = fall_db(part(&mic, rate, 14.0, 24.0), part(&out, rate, 14.0, 24.0));
        assert!(fall > 12.0, "{params:?}: {fall} dB");
    }
}
