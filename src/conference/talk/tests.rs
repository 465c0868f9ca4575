//! Pure: what is known of a member that makes a sound.

use super::*;
use crate::processing::audio::speech_like::{voice, white};

const RATE: SampleRate = SampleRate::Hz8000;

/// What holds of how many of the blocks, in percent.
fn percent(talk: &mut Talk, pcm: &[f32], holds: impl Fn(&Talk) -> bool) -> usize {
    let blocks = pcm.chunks_exact(80);
    let count = blocks.len();
    let held = blocks.filter(|block| {
        talk.hear(block, 1.0, false);
        holds(talk)
    });
    100 * held.count() / count
}

#[test]
fn a_voice_talks_and_what_is_none_does_not() {
    let speech = voice(RATE, 20.0, 3);
    let mut talk = Talk::new(RATE, true);
    let (mut said, mut both, mut may) = (0, 0, 0);
    for (block, speaks) in speech.samples.chunks_exact(80).zip(&speech.speaks) {
        match speaks {
            true => talk.hear(block, 1.0, false),
            // As who sends nothing in pauses.
            false => talk.pass(false),
        }
        said += usize::from(*speaks);
        both += usize::from(*speaks && talk.is_talking());
        may += usize::from(*speaks && talk.may_speak());
    }
    assert!(both * 10 > said * 9, "{both} of {said}");
    assert!(may * 100 > said * 99, "{may} of {said}");
    let tone: Vec<_> = (0..80_000).map(|n| 0.2 * (n as f32 * 0.35).sin()).collect();
    for (what, pcm) in [("noise", white(80_000, 0.1, 5)), ("a tone", tone), ("silence", vec![0.0; 80_000])] {
        assert!(percent(&mut Talk::new(RATE, true), &pcm, Talk::is_talking) <= 2, "{what}");
    }
}

#[test]
fn what_rises_out_of_its_noise_has_the_benefit_of_the_doubt_for_a_third_of_a_second() {
    let mut talk = Talk::new(RATE, true);
    let (quiet, loud) = (white(80_000, 0.003, 5), white(8_000, 0.1, 6));
    percent(&mut talk, &quiet, |_| true);
    assert!(!talk.may_speak(), "it is at its floor");
    let doubted: Vec<_> =
        loud.chunks_exact(80).map(|block| (talk.hear(block, 1.0, false), talk.may_speak()).1).collect();
    assert_eq!(doubted[..29], [true; 29]);
    assert_eq!(doubted[94..], [false; 6], "30, and the 64 in which its beginning may have been speech");
}

#[test]
fn who_goes_on_without_a_breath_is_no_speaker() {
    let mut talk = Talk::new(RATE, true);
    (0..UNBROKEN).for_each(|_| talk.note(-20.0, 0.9));
    assert!(talk.is_talking() && !talk.is_speaker());
    (0..PAUSE).for_each(|_| talk.note(-20.0, 0.1));
    assert!(talk.is_talking() && talk.is_speaker(), "a breath");
}

#[test]
fn voices_in_the_background_of_a_speaker_are_not_its_own() {
    let mut talk = Talk::new(RATE, true);
    (0..300).for_each(|_| talk.note(-20.0, 0.9));
    (0..64).for_each(|_| talk.note(-45.0, 0.9));
    assert_eq!(talk.voiced(64), 0);
    (0..64).for_each(|_| talk.note(-30.0, 0.9));
    assert_eq!((talk.voiced(64), talk.voiced(10)), (64, 10));
}

#[test]
fn levels_are_as_they_are_heard_and_rest_comes_after_a_while() {
    let mut talk = Talk::new(RATE, true);
    talk.hear(&[0.1; 80], 0.5, false);
    assert!((talk.level() + 26.02).abs() < 0.05, "{}", talk.level());
    talk.pass(false);
    assert!((talk.level() + 26.42).abs() < 0.05, "{}", talk.level());
    assert!(!talk.is_at_rest());
    (0..200).for_each(|_| talk.pass(false));
    assert!(talk.is_at_rest());
}

#[test]
fn a_bad_block_is_silence_and_a_member_at_another_rate_is_the_same() {
    let mut talk = Talk::new(RATE, true);
    talk.hear(&[f32::NAN; 80], 1.0, false);
    talk.hear(&[f32::MAX; 80], 16.0, false);
    assert!(talk.level() < 25.0 && talk.gain_db().is_finite(), "{talk:?}");
    talk.hear(&[1.0; 3], 16.0, true);
    assert!(talk.level() < 25.0 && !talk.is_talking());
    let mut talk = Talk::new(RATE, true);
    percent(&mut talk, &voice(RATE, 6.0, 3).samples, |_| true);
    let mut other = Talk::new(SampleRate::Hz16000, true);
    other.follow(&talk);
    assert_eq!((other.voice, other.level(), other.gain_db()), (talk.voice, talk.level(), talk.gain_db()));
    assert!(other.gain_db() != 0.0);
    other.reset();
    assert_eq!((other.voice, other.level(), other.gain_db()), (0, -127.0, 0.0));
}

#[test]
fn overload_judges_by_energy() {
    let speech = voice(RATE, 10.0, 3);
    let mut talk = Talk::new(RATE, true);
    let mut talked = 0;
    for block in speech.samples.chunks_exact(80) {
        talk.hear(block, 1.0, true);
        talked += usize::from(talk.is_talking());
    }
    assert!(talked > 300, "{talked}");
}
