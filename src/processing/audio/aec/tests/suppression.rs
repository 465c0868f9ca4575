//! Pure: what residual suppression adds to the filters, and what it leaves alone.

use super::material::{fall_db, hiss, power, room, speech, sum, through};
use super::{Aec, bypass, make, part, run};
use crate::processing::audio::aec::{AecParams, EchoCanceller};
use crate::types::SampleRate;

const R16: SampleRate = SampleRate::Hz16000;

/// A room that is longer than the filters of the tests.
fn far_and_mic(seconds: f32) -> (Vec<f32>, Vec<f32>) {
    let far = speech(R16, seconds, 1);
    let mic = sum(&through(&room(R16, 40.0, 0.3, 6.0, 3), &far), &hiss(far.len(), -85.0, 5));
    (far, mic)
}

/// Fall in the last half of 8 s.
fn far_end_alone(aec: &mut Aec) -> f32 {
    let (far, mic) = far_and_mic(8.0);
    let out = run(aec, R16, &far, &mic);
    fall_db(part(&mic, R16, 4.0, 8.0), part(&out, R16, 4.0, 8.0))
}

#[test]
fn far_end_alone_is_hardly_heard() {
    let fall = far_end_alone(&mut make(R16, AecParams::default()));
    assert!(fall > 33.0, "{fall:.1} dB");
}

#[test]
fn far_end_alone_is_hardly_heard_twin() {
    assert!(far_end_alone(&mut bypass()) < 1.0);
}

/// What is left in the first second after the first sound of the far end.
fn at_first(aec: &mut Aec) -> f32 {
    let (far, mic) = far_and_mic(1.0);
    fall_db(&mic, &run(aec, R16, &far, &mic))
}

#[test]
fn the_first_second_is_quiet_already() {
    let fall = at_first(&mut make(R16, AecParams::default()));
    assert!(fall > 12.0, "{fall:.1} dB");
}

#[test]
fn the_first_second_is_quiet_already_twin() {
    assert!(at_first(&mut bypass()) < 1.0);
}

/// The microphone's clock is fast by 100 ppm: fall in the last 4 s of 10 s.
fn drift(aec: &mut Aec) -> f32 {
    let (far, echo) = far_and_mic(10.0);
    let mic: Vec<f32> = (0..echo.len())
        .map(|n| {
            let at = n as f64 * (1.0 - 100e-6);
            let (whole, part) = (at as usize, (at.fract()) as f32);
            // Four points (Catmull-Rom) do for speech.
            let x = |k: usize| echo.get((whole + k).saturating_sub(1)).copied().unwrap_or(0.0);
            let [a, b, c, d] = [x(0), x(1), x(2), x(3)];
            b + 0.5 * part * (c - a + part * (2.0 * a - 5.0 * b + 4.0 * c - d + part * (3.0 * (b - c) + d - a)))
        })
        .collect();
    let out = run(aec, R16, &far, &mic);
    fall_db(part(&mic, R16, 6.0, 10.0), part(&out, R16, 6.0, 10.0))
}

#[test]
fn clocks_that_drift_do_not_bring_the_echo_back() {
    let fall = drift(&mut make(R16, AecParams::default()));
    assert!(fall > 28.0, "{fall:.1} dB");
}

#[test]
fn clocks_that_drift_do_not_bring_the_echo_back_twin() {
    assert!(drift(&mut bypass()) < 1.0);
}

/// Near speech from 4 s on over echo: its power in the output, and that of the far end alone before, in dB of the input.
fn double_talk(aec: &mut Aec) -> (f32, f32) {
    let (far, echo) = far_and_mic(8.0);
    let mut near = speech(R16, 8.0, 11);
    near[..4 * 16_000].fill(0.0);
    let out = run(aec, R16, &far, &sum(&echo, &near));
    let lost = fall_db(part(&near, R16, 4.5, 8.0), part(&out, R16, 4.5, 8.0));
    (lost, fall_db(part(&echo, R16, 2.0, 4.0), part(&out, R16, 2.0, 4.0)))
}

#[test]
fn the_near_speaker_is_heard_while_the_echo_is_not() {
    let (lost, fall) = double_talk(&mut make(R16, AecParams::default()));
    assert!(lost.abs() < 2.0, "near speech changed by {lost:.1} dB");
    assert!(fall > 25.0, "{fall:.1} dB");
}

#[test]
fn the_near_speaker_is_heard_while_the_echo_is_not_twin() {
    assert!(double_talk(&mut bypass()).1 < 1.0);
}

#[test]
fn comfort_noise_fills_the_holes() {
    let (far, echo) = far_and_mic(8.0);
    let noise = hiss(far.len(), -50.0, 7);
    // The noise is heard alone first.
    let far: Vec<f32> = far.iter().enumerate().map(|(n, x)| if n < 16_000 { 0.0 } else { *x }).collect();
    let echo: Vec<f32> = echo.iter().enumerate().map(|(n, x)| if n < 16_000 { 0.0 } else { *x }).collect();
    let level = |comfort_noise| {
        let mut aec = make(R16, AecParams { comfort_noise, ..AecParams::default() });
        let out = run(&mut aec, R16, &far, &sum(&echo, &noise));
        10.0 * power(part(&out, R16, 5.0, 8.0)).log10()
    };
    let (with, without) = (level(true), level(false));
    assert!((-56.0..-46.0).contains(&with), "{with:.1} dBFS of noise at -50");
    assert!(without < with - 1.0, "{without:.1} dBFS without, {with:.1} with");
}

#[test]
fn settings_change_while_it_runs() {
    let mut aec = make(R16, AecParams::default());
    let (far, mic) = far_and_mic(4.0);
    run(&mut aec, R16, &far, &mic);
    let suppressed = aec.metrics();
    aec.set_params(&AecParams {
        suppression: crate::processing::audio::aec::EchoSuppression::Off,
        comfort_noise: false,
        ..AecParams::default()
    });
    run(&mut aec, R16, &far, &mic);
    let bare = aec.metrics();
    assert!(suppressed.erle_db > suppressed.erle_linear_db + 6.0, "{suppressed:?}");
    assert!((bare.erle_db - bare.erle_linear_db).abs() < 0.5, "{bare:?}");
}
