//! Real-time: detection by energy on material whose speech is known.

use super::EnergyDetector;
use crate::processing::audio::speech_like;
use crate::processing::audio::vad::tests::detected;
use crate::types::SampleRate;

#[test]
fn speech_stands_out_of_steady_noise_at_every_rate() {
    for rate in SampleRate::ALL {
        let (area, truth) = detected(&mut EnergyDetector::new(rate), rate, 0.01);
        assert!(area > 0.93, "{rate}: {area} of {truth:?}");
    }
}

#[test]
fn white_noise_is_no_voice() {
    use crate::processing::audio::vad::VoiceDetector;
    let mut detector = EnergyDetector::new(SampleRate::Hz16000);
    let noise = speech_like::white(16_000 * 20, 0.1, 1);
    let probabilities: Vec<f32> = noise.chunks_exact(160).map(|b| detector.process(b).unwrap()).collect();
    let alarms = probabilities.iter().filter(|p| **p > 0.5).count();
    assert!(alarms <= probabilities.len() / 100, "{alarms} of {}", probabilities.len());
}
