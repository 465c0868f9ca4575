//! Pure: that a canceller acts where there is an echo and nowhere else, and notices when the path changes.

use super::material::{fall_db, hiss, room, speech, sum, through};
use super::{Aec, Bypass, bypass, make, part, run};
use crate::processing::audio::aec::{AecParams, EchoCanceller, EchoMetrics};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

const R16: SampleRate = SampleRate::Hz16000;

fn both() -> [(&'static str, AecParams); 2] {
    [("nlms", AecParams::light()), ("frequency_domain", AecParams::default())]
}

/// A canceller that attenuates whatever is heard beside the far end, as one does that takes all sound for echo.
struct Gate;

impl EchoCanceller for Gate {
    fn process(&mut self, far: &[f32], near: &mut [f32]) -> Result<(), StageFault> {
        if far.iter().any(|x| x.abs() > 0.01) {
            near.iter_mut().for_each(|x| *x *= 0.5);
        }
        Ok(())
    }

    fn metrics(&self) -> EchoMetrics {
        Bypass.metrics()
    }

    fn reset(&mut self) {}
}

/// The far end speaks, no echo comes, a near speaker from `begins` s on: what is done to the near end from then on, in dB
/// below it.
fn damage_without_echo(aec: &mut Aec, begins: f32) -> f32 {
    let far = speech(R16, 10.0, 1);
    let mut near = speech(R16, 10.0, 11);
    near[..(begins * 16_000.0) as usize].fill(0.0);
    let mic = sum(&near, &hiss(far.len(), -75.0, 5));
    let out = run(aec, R16, &far, &mic);
    let damage: Vec<f32> = out.iter().zip(&mic).map(|(out, mic)| out - mic).collect();
    fall_db(part(&mic, R16, begins, 10.0), part(&damage, R16, begins, 10.0))
}

#[test]
fn without_echo_nothing_is_changed() {
    for (name, params) in both() {
        for (begins, least) in [(2.0, 60.0), (0.0, 12.0)] {
            let below = damage_without_echo(&mut make(R16, params), begins);
            assert!(below > least, "{name}, from {begins} s on: {below:.1} dB");
        }
    }
}

#[test]
fn without_echo_nothing_is_changed_twin() {
    assert!(damage_without_echo(&mut Aec::Boxed(Box::new(Gate)), 2.0) < 12.0);
}

/// An echo that comes after 4 s without any: fall from one second after on.
fn echo_that_comes_late(aec: &mut Aec) -> f32 {
    let far = speech(R16, 8.0, 1);
    let mut echo = through(&room(R16, 30.0, 0.2, 6.0, 3), &far);
    echo[..4 * 16_000].fill(0.0);
    let mic = sum(&echo, &hiss(far.len(), -80.0, 5));
    let out = run(aec, R16, &far, &mic);
    fall_db(part(&mic, R16, 5.0, 8.0), part(&out, R16, 5.0, 8.0))
}

#[test]
fn an_echo_that_comes_late_is_taken_out() {
    for (name, params) in both() {
        let fall = echo_that_comes_late(&mut make(R16, params));
        assert!(fall > 20.0, "{name}: {fall:.1} dB");
    }
}

#[test]
fn an_echo_that_comes_late_is_taken_out_twin() {
    assert!(echo_that_comes_late(&mut bypass()) < 1.0);
}

/// The room changes at 5 s: the fall in the second after that.
fn second_after_a_change(aec: &mut Aec) -> f32 {
    let far = speech(R16, 6.0, 1);
    let (one, other) = (room(R16, 15.0, 0.2, 6.0, 3), room(R16, 22.0, 0.2, 3.0, 8));
    let mut mic = through(&one, &far);
    mic[5 * 16_000..].copy_from_slice(&through(&other, &far)[5 * 16_000..]);
    let mic = sum(&mic, &hiss(far.len(), -80.0, 5));
    let out = run(aec, R16, &far, &mic);
    fall_db(part(&mic, R16, 5.0, 6.0), part(&out, R16, 5.0, 6.0))
}

#[test]
fn a_change_of_the_path_is_hardly_heard() {
    let fall = second_after_a_change(&mut make(R16, AecParams::default()));
    assert!(fall > 12.0, "{fall:.1} dB");
}

#[test]
fn a_change_of_the_path_is_hardly_heard_twin() {
    assert!(second_after_a_change(&mut bypass()) < 1.0);
}
