//! Pure: what the network of residual echo adds to the filter, and what it leaves alone. The twins are the same canceller without it.

#![cfg(feature = "neural")]

use super::material::{fall_db, hiss, room, speech, sum, through};
use super::{make, part, run};
use crate::processing::audio::aec::{AecAlgorithm, AecParams, EchoCanceller, EchoSuppression};
use crate::types::SampleRate;

const R16: SampleRate = SampleRate::Hz16000;

fn neural() -> AecParams {
    AecParams::default().algorithm(AecAlgorithm::Neural)
}

/// A loudspeaker that clips hard, 40 ms away.
fn far_and_mic(rate: SampleRate, seconds: f32, seed: u64) -> (Vec<f32>, Vec<f32>) {
    let far = speech(rate, seconds, seed);
    let clipped: Vec<f32> = far.iter().map(|x| x.clamp(-0.06, 0.06)).collect();
    let mic = sum(&through(&room(rate, 40.0, 0.3, 6.0, 3), &clipped), &hiss(far.len(), -85.0, 5));
    (far, mic)
}

/// Fall in the last half of 8 s.
fn far_end_alone(rate: SampleRate, params: AecParams) -> f32 {
    let (far, mic) = far_and_mic(rate, 8.0, 1);
    let out = run(&mut make(rate, params), rate, &far, &mic);
    fall_db(part(&mic, rate, 4.0, 8.0), part(&out, rate, 4.0, 8.0))
}

#[test]
fn a_loudspeaker_that_clips_is_hardly_heard() {
    for rate in SampleRate::ALL {
        let fall = far_end_alone(rate, neural());
        assert!(fall > 35.0, "{rate}: {fall:.1} dB");
    }
}

#[test]
fn a_loudspeaker_that_clips_is_hardly_heard_twin() {
    for rate in SampleRate::ALL {
        let fall = far_end_alone(rate, AecParams::default());
        assert!(fall < 27.0, "{rate}: {fall:.1} dB");
    }
}

/// Near speech from 4 s on over that echo: what is lost of it, and how far the far end alone fell before, in dB.
fn double_talk(params: AecParams) -> (f32, f32) {
    let (far, echo) = far_and_mic(R16, 8.0, 1);
    let mut near = speech(R16, 8.0, 11);
    near[..4 * 16_000].fill(0.0);
    let out = run(&mut make(R16, params), R16, &far, &sum(&echo, &near));
    let lost = fall_db(part(&near, R16, 4.5, 8.0), part(&out, R16, 4.5, 8.0));
    (lost, fall_db(part(&echo, R16, 2.0, 4.0), part(&out, R16, 2.0, 4.0)))
}

#[test]
fn the_near_speaker_is_heard_over_it() {
    let (lost, fall) = double_talk(neural());
    assert!(lost.abs() < 3.0, "near speech changed by {lost:.1} dB");
    assert!(fall > 30.0, "{fall:.1} dB");
}

#[test]
fn the_near_speaker_is_heard_over_it_twin() {
    let (_, fall) = double_talk(AecParams::default());
    assert!(fall < 25.0, "{fall:.1} dB");
}

#[test]
fn while_the_far_end_is_silent_nothing_is_touched() {
    let mut aec = make(R16, neural());
    let (far, mic) = far_and_mic(R16, 4.0, 1);
    run(&mut aec, R16, &far, &mic);
    let near = sum(&speech(R16, 4.0, 11), &hiss(4 * 16_000, -60.0, 5));
    let out = run(&mut aec, R16, &vec![0.0; near.len()], &near);
    assert_eq!(part(&out, R16, 1.5, 4.0), part(&near, R16, 1.5, 4.0), "bit by bit");
    // The twin: with a far end it is.
    let out = run(&mut aec, R16, &speech(R16, 4.0, 1), &near);
    assert_ne!(part(&out, R16, 1.5, 4.0), part(&near, R16, 1.5, 4.0));
}

#[test]
fn the_echo_path_stays_while_the_network_is_shed() {
    let mut aec = make(R16, neural());
    let (far, mic) = far_and_mic(R16, 6.0, 1);
    run(&mut aec, R16, &far, &mic);
    let before = aec.metrics();
    aec.set_params(&neural().low_complexity());
    let shed = run(&mut aec, R16, &far, &mic);
    aec.set_params(&neural());
    let back = run(&mut aec, R16, &far, &mic);
    let fall = |out: &[f32]| fall_db(part(&mic, R16, 1.0, 6.0), part(out, R16, 1.0, 6.0));
    assert!(fall(&shed) < 27.0 && fall(&back) > 35.0, "{:.1} {:.1}", fall(&shed), fall(&back));
    assert_eq!(aec.metrics().delay_ms, before.delay_ms);
    // The same, and not one that was made without a network.
    assert!(neural().low_complexity().can_continue_from(&neural()));
    assert!(!neural().can_continue_from(&AecParams::default()));
}

#[test]
fn suppression_may_be_off_or_low() {
    let off = far_end_alone(R16, neural().suppression(EchoSuppression::Off));
    let low = far_end_alone(R16, neural().suppression(EchoSuppression::Low));
    let high = far_end_alone(R16, neural());
    assert!(off + 4.0 < low && low + 8.0 < high, "{off:.1} {low:.1} {high:.1}");
}

#[test]
fn what_is_no_number_does_not_stay() {
    let (far, mic) = far_and_mic(R16, 8.0, 1);
    let mut spoiled = mic.clone();
    spoiled[16_000] = f32::NAN;
    spoiled[17_000] = f32::INFINITY;
    let out = run(&mut make(R16, neural()), R16, &far, &spoiled);
    let fall = fall_db(part(&mic, R16, 4.0, 8.0), part(&out, R16, 4.0, 8.0));
    assert!(fall > 35.0, "{fall:.1} dB");
}
