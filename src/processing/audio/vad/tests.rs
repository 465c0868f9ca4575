//! Real-time: what every detector has to hold, and how one is measured.

use super::{Vad, VadAlgorithm, VadParams, VoiceDetector};
use crate::processing::audio::speech_like;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

/// The area under the curve of a detector on 30 s of speech in white noise of that root mean square (the first second
/// is for learning), and the share of blocks that speak.
pub(super) fn detected(detector: &mut dyn VoiceDetector, rate: SampleRate, noise: f32) -> (f64, f64) {
    let voice = speech_like::voice(rate, 30.0, 5);
    let noise = speech_like::white(voice.samples.len(), noise, 2);
    let noisy: Vec<f32> = voice.samples.iter().zip(noise).map(|(v, n)| v + n).collect();
    let scores: Vec<f32> =
        noisy.chunks_exact(rate.block_samples()).map(|block| detector.process(block).unwrap()).collect();
    let spoken = voice.speaks.iter().filter(|s| **s).count() as f64 / voice.speaks.len() as f64;
    (speech_like::area(&scores[100..], &voice.speaks[100..]), spoken)
}

/// Says the same of everything: what the bounds of the other tests would let pass if they were void.
struct Bypass;

impl VoiceDetector for Bypass {
    fn process(&mut self, _: &[f32]) -> Result<f32, StageFault> {
        Ok(1.0)
    }
    fn reset(&mut self) {}
}

#[test]
fn one_that_always_says_voice_has_half_the_area() {
    let (area, spoken) = detected(&mut Bypass, SampleRate::Hz8000, 0.01);
    assert!((area - 0.5).abs() < 1e-9, "{area}");
    assert!(spoken > 0.4 && spoken < 0.8, "{spoken}");
}

fn all(rate: SampleRate) -> Vec<Vad> {
    VadAlgorithm::ALL.into_iter().filter_map(|algorithm| Vad::new(rate, VadParams { algorithm }).ok()).collect()
}

#[test]
fn a_block_of_another_length_is_refused() {
    for mut detector in all(SampleRate::Hz16000) {
        assert_eq!(detector.process(&[0.1; 161]), Err(StageFault::BadBlock));
        assert_eq!(detector.process(&[]), Err(StageFault::BadBlock));
    }
}

#[test]
fn no_input_spoils_it() {
    for rate in [SampleRate::Hz8000, SampleRate::Hz48000] {
        for mut detector in all(rate) {
            for bad in [f32::NAN, f32::INFINITY, f32::MIN, 1e30, 1e-40, -1e-44, 0.0] {
                for _ in 0..20 {
                    let p = detector.process(&vec![bad; rate.block_samples()]).unwrap();
                    assert!((0.0..=1.0).contains(&p), "{detector:?} {bad}: {p}");
                }
            }
            detector.reset();
            let (area, _) = detected(&mut detector, rate, 0.01);
            assert!(area > 0.9, "{detector:?}: {area}");
        }
    }
}

#[test]
fn silence_is_no_voice() {
    for mut detector in all(SampleRate::Hz8000) {
        for _ in 0..300 {
            let p = detector.process(&[0.0; 80]).unwrap();
            assert!(p < 0.5, "{detector:?}: {p}");
        }
    }
}

#[test]
fn it_starts_anew_after_a_reset() {
    let rate = SampleRate::Hz16000;
    let voice = speech_like::voice(rate, 5.0, 8);
    for (mut used, mut fresh) in all(rate).into_iter().zip(all(rate)) {
        for block in speech_like::white(16_000, 0.3, 4).chunks_exact(160) {
            used.process(block).unwrap();
        }
        used.reset();
        for block in voice.samples.chunks_exact(160) {
            assert_eq!(used.process(block), fresh.process(block), "{used:?}");
        }
    }
}
