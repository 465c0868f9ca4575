//! Gain control while nobody talks: nothing but speech is raised, and who speaks then is not too loud.

use super::noises::{NOISES, made};
use super::support::speech::talker;
use super::{Call, RATE, level, with};
use media_core::processing::audio::vad::{VadAlgorithm, VadParams};
use media_core::processing::chain::{AgcStage, ProcessingParams};

/// Seconds of noise and of speech.
const NOISE: f32 = 10.0;
const SPEECH: f32 = 6.0;

/// What the far end hears of 10 s of a noise and then a voice: by how many dB the noise was raised, and the first 1.5 s of the
/// voice over what they would be at the gain that is there in the end.
fn raised(params: &ProcessingParams, noise: &[f32]) -> (f32, f32) {
    let mut said = noise.to_vec();
    said.extend(talker(6, SPEECH));
    let heard = |params: &ProcessingParams| {
        let mut call = Call::new();
        call.set(1, params);
        call.run((NOISE + SPEECH).into(), &[], |_, at| said[at..(at + 160).min(said.len())].to_vec());
        let heard = call.parties[0].heard();
        assert!(call.engine.stop());
        heard
    };
    let (with, without) = (heard(params), heard(&ProcessingParams::default()));
    let part = |from: f32, to: f32| {
        let [from, to] = [from, to].map(|s| ((s * RATE as f32) as usize).min(with.len().min(without.len())));
        level(&with[from..to]) - level(&without[from..to])
    };
    let settled = part(NOISE + 3.5, NOISE + 5.5);
    println!("noise {:+.1}, first {:+.1}, settled {settled:+.1} dB", part(2.0, NOISE), part(NOISE, NOISE + 1.5));
    (part(2.0, NOISE), part(NOISE, NOISE + 1.5) - settled)
}

#[test]
fn nothing_but_speech_is_raised_and_what_is_said_next_is_not_too_loud() {
    let levelled = with(|p| p.agc = AgcStage::default().into());
    for (seed, (name, make)) in (41..).zip(NOISES) {
        for dbov in [-45.0, -30.0] {
            print!("{name} at {dbov}: ");
            let (noise, first) = raised(&levelled, &made(make, NOISE, dbov, seed));
            assert!(noise < 1.0, "{name} at {dbov} dBov is raised by {noise} dB");
            assert!(first < 3.0, "after {name} at {dbov} dBov the first 1.5 s are {first} dB too loud");
        }
    }
}

#[test]
fn judged_by_energy_alone_breath_is_a_talker() {
    let levelled = with(|p| {
        p.agc = AgcStage::default().into();
        p.vad = VadParams::default().algorithm(VadAlgorithm::Energy).into();
    });
    let (name, breathing) = NOISES[1];
    let (noise, first) = raised(&levelled, &made(breathing, NOISE, -45.0, 41));
    assert!(noise > 10.0 && first > 3.0, "{name} is raised by {noise} dB, what follows {first} dB too loud");
}
