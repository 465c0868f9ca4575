//! Pure: who heard whom, on parties that hear by construction.

use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};

use super::RATE;
use super::hearing::{Talker, find};
use super::verdict::{Complaint, Relation, judge};
use super::voice::voice;

const NAMES: [&str; 4] = ["alice", "bob", "carol", "dave"];
/// Alice's and Bob's packets leave at 0 s and 3 ms; what Alice hears came from 1 s on.
const BEGINS: [f64; 4] = [0.0, 0.003, 0.006, 0.009];
const HEARD_FROM: f64 = 1.0;

fn voices() -> Vec<Vec<f32>> {
    (0..4).map(|number| voice(number, 6 * RATE)).collect()
}

/// What Alice hears: each talker with a gain, `delay` seconds after its packets left, through both laws.
fn heard(voices: &[Vec<f32>], gains: [f32; 4], delay: f64) -> Vec<f32> {
    let mix: Vec<f32> = (0..5 * RATE)
        .map(|i| {
            let talkers = voices.iter().zip(BEGINS).zip(gains);
            talkers
                .map(|((voice, begin), gain)| {
                    let at = (HEARD_FROM - delay - begin) * RATE as f64 + i as f64;
                    gain * voice.get(at.round() as usize).copied().unwrap_or_default()
                })
                .sum()
        })
        .collect();
    through(Law::A, &through(Law::Mu, &mix))
}

fn through(law: Law, samples: &[f32]) -> Vec<f32> {
    let (mut octets, mut out) = (vec![0; samples.len()], vec![0.0; samples.len()]);
    G711Encoder::new(law).encode_into(samples, &mut octets).unwrap();
    G711Decoder::new(law).decode_into(&octets, &mut out).unwrap();
    out
}

/// Judges Alice, whose partners are the first so many after her.
fn complaints(voices: &[Vec<f32>], partners: usize, heard: &[f32]) -> Vec<Complaint> {
    let talkers: Vec<_> = voices.iter().zip(BEGINS).map(|(said, begin)| Talker { said, begin }).collect();
    let found = find(heard, HEARD_FROM, &talkers);
    println!("{found:?}");
    judge(NAMES.into_iter().zip(found).enumerate().map(|(number, (name, found))| {
        let relation = match number {
            0 => Relation::Itself,
            n if n <= partners => Relation::Partner,
            _ => Relation::Stranger,
        };
        (name, relation, found)
    }))
}

fn does_not_hear(name: &str) -> Complaint {
    Complaint::DoesNotHear(name.to_owned())
}

#[test]
fn the_right_audio_passes_in_bridge_and_conference() {
    let voices = voices();
    assert_eq!(complaints(&voices, 1, &heard(&voices, [0.0, 1.0, 0.0, 0.0], 0.040)), []);
    assert_eq!(complaints(&voices, 2, &heard(&voices, [0.0, 1.0, 1.0, 0.0], 0.040)), []);
    // One partner 12 dB below the other is still heard, also beside it.
    assert_eq!(complaints(&voices, 2, &heard(&voices, [0.0, 1.0, 0.27, 0.0], 0.040)), []);
}

#[test]
fn delay_and_gain_are_found() {
    let voices = voices();
    let talkers: Vec<_> = voices.iter().zip(BEGINS).map(|(said, begin)| Talker { said, begin }).collect();
    for delay in [0.0, 0.0375, 0.4] {
        let found = find(&heard(&voices, [0.0, 0.5, 1.0, 0.0], delay), HEARD_FROM, &talkers);
        for (found, gain) in found[1..3].iter().zip([0.5, 1.0]) {
            assert!((found.delay_ms - delay * 1e3).abs() < 0.2, "{found:?} for {delay} s");
            assert!((found.gain - gain).abs() < 0.02, "{found:?} for {gain}");
        }
    }
}

#[test]
fn silence_fails() {
    let voices = voices();
    let silence = heard(&voices, [0.0; 4], 0.040);
    assert_eq!(complaints(&voices, 2, &silence), [does_not_hear("bob"), does_not_hear("carol")]);
}

#[test]
fn the_wrong_talker_fails() {
    let voices = voices();
    let wrong = heard(&voices, [0.0, 0.0, 0.0, 1.0], 0.040);
    assert_eq!(complaints(&voices, 1, &wrong), [does_not_hear("bob"), Complaint::HearsStranger("dave".to_owned())]);
}

#[test]
fn one_partner_of_two_fails() {
    let voices = voices();
    assert_eq!(complaints(&voices, 2, &heard(&voices, [0.0, 1.0, 0.0, 0.0], 0.040)), [does_not_hear("carol")]);
}

#[test]
fn an_echo_of_oneself_fails_also_at_a_tenth() {
    let voices = voices();
    for echo in [1.0, 0.1] {
        assert_eq!(complaints(&voices, 1, &heard(&voices, [echo, 1.0, 0.0, 0.0], 0.040)), [Complaint::HearsItself]);
        assert_eq!(complaints(&voices, 2, &heard(&voices, [echo, 1.0, 1.0, 0.0], 0.040)), [Complaint::HearsItself]);
    }
}

#[test]
fn crosstalk_fails() {
    let voices = voices();
    let stranger = Complaint::HearsStranger("dave".to_owned());
    assert_eq!(complaints(&voices, 2, &heard(&voices, [0.0, 1.0, 1.0, 0.1], 0.040)), [stranger]);
}

#[test]
fn noise_instead_of_speech_fails() {
    let voices = voices();
    let mut random = 1u32;
    let noise: Vec<f32> = (0..5 * RATE)
        .map(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) as f32 / (1 << 24) as f32 * 0.2 - 0.1
        })
        .collect();
    assert_eq!(complaints(&voices, 1, &noise), [does_not_hear("bob")]);
}

#[test]
fn some_lost_packets_and_one_shift_do_not_fail() {
    let voices = voices();
    let mut damaged = heard(&voices, [0.0, 1.0, 1.0, 0.0], 0.040);
    damaged.chunks_mut(RATE / 50).step_by(25).for_each(|packet| packet.fill(0.0));
    // The jitter buffer took 10 ms out.
    damaged.drain(2 * RATE + 1000..2 * RATE + 1080);
    assert_eq!(complaints(&voices, 2, &damaged), []);
}

#[test]
fn too_little_audio_is_said_to_be_too_little() {
    let voices = voices();
    let heard = heard(&voices, [0.0, 1.0, 0.0, 0.0], 0.040);
    assert_eq!(complaints(&voices, 1, &heard[..RATE]), [Complaint::NothingToJudge("bob".to_owned())]);
}
