//! Real-time: detection by the spectrum on material whose speech is known.

use super::SpectralDetector;
use crate::processing::audio::speech_like;
use crate::processing::audio::vad::VoiceDetector;
use crate::processing::audio::vad::tests::detected;
use crate::types::SampleRate;
use std::f32::consts::TAU;

#[test]
fn speech_stands_out_of_noise_at_every_rate() {
    for rate in SampleRate::ALL {
        let (area, spoken) = detected(&mut SpectralDetector::new(rate), rate, 0.02);
        assert!(area > 0.93, "{rate}: {area} of {spoken}");
    }
}

/// The share of blocks beyond the first second that pass for speech.
fn alarms(samples: &[f32]) -> f64 {
    let mut detector = SpectralDetector::new(SampleRate::Hz16000);
    let probabilities: Vec<f32> = samples.chunks_exact(160).map(|b| detector.process(b).unwrap()).collect();
    let late = &probabilities[100..];
    late.iter().filter(|p| **p > 0.5).count() as f64 / late.len() as f64
}

#[test]
fn white_noise_is_no_voice_at_any_level() {
    for rms in [0.3, 0.03, 0.003, 0.0003] {
        let share = alarms(&speech_like::white(16_000 * 15, rms, 1));
        assert!(share <= 0.02, "{rms}: {share}");
    }
}

#[test]
fn steady_hum_is_no_voice() {
    let hum: Vec<f32> = speech_like::white(16_000 * 15, 0.001, 6)
        .iter()
        .enumerate()
        .map(|(n, x)| {
            x + 0.1 * (TAU * 100.0 * n as f32 / 16_000.0).sin() + 0.05 * (TAU * 300.0 * n as f32 / 16_000.0).sin()
        })
        .collect();
    let share = alarms(&hum);
    assert!(share <= 0.02, "{share}");
}

#[test]
fn bursts_of_white_noise_are_less_of_a_voice_than_to_the_energy_detector() {
    use crate::processing::audio::vad::EnergyDetector;
    let mut bursts = speech_like::white(16_000 * 20, 0.1, 3);
    for (n, x) in bursts.iter_mut().enumerate() {
        *x *= if n % 16_000 < 4_000 { 1.0 } else { 0.01 };
    }
    let mut energy = EnergyDetector::new(SampleRate::Hz16000);
    let fooled = bursts.chunks_exact(160).skip(100).filter(|b| energy.process(b).unwrap() > 0.5).count();
    let fooled = fooled as f64 / 1_900.0;
    let share = alarms(&bursts);
    assert!(fooled > 0.2 && share < fooled / 2.0, "{share}, by energy {fooled}");
}

#[test]
fn the_same_voice_is_found_at_other_levels() {
    let voice = speech_like::voice(SampleRate::Hz16000, 20.0, 3);
    let mut last = None;
    for gain in [1.0, 0.1, 0.02] {
        let noise = speech_like::white(voice.samples.len(), 0.005 * gain, 4);
        let noisy: Vec<f32> = voice.samples.iter().zip(noise).map(|(v, n)| gain * v + n).collect();
        let mut detector = SpectralDetector::new(SampleRate::Hz16000);
        let found = noisy.chunks_exact(160).filter(|b| detector.process(b).unwrap() > 0.5).count();
        assert!(last.is_none_or(|last: usize| last.abs_diff(found) < 150), "{found}, louder {last:?}");
        last = Some(found);
    }
}

/// Clinking: strokes of high partials that ring out, some quick after another, over faint noise.
fn clatter(samples: usize) -> Vec<f32> {
    let mut pcm = speech_like::white(samples, 0.002, 8);
    let mut random = speech_like::Random::new(12);
    let mut at = 0;
    while at < samples {
        let partials: [f32; 4] = std::array::from_fn(|_| 2_200.0 + 1_400.0 * random.next());
        let strength = 0.05 * (1.0 + random.next());
        for (n, x) in pcm[at..].iter_mut().take(4_000).enumerate() {
            let t = n as f32 / 16_000.0;
            *x += strength * (-t / 0.03).exp() * partials.iter().map(|hz| (TAU * hz * t).sin()).sum::<f32>();
        }
        at += (4_000.0 + 3_500.0 * random.next()) as usize;
    }
    pcm
}

#[test]
fn clatter_is_no_voice_though_it_is_to_the_energy_detector() {
    use crate::processing::audio::vad::EnergyDetector;
    let pcm = clatter(16_000 * 20);
    let mut energy = EnergyDetector::new(SampleRate::Hz16000);
    let fooled = pcm.chunks_exact(160).skip(100).filter(|b| energy.process(b).unwrap() > 0.5).count();
    let share = alarms(&pcm);
    assert!(fooled as f64 / 1_900.0 > 0.2 && share < 0.02, "{share}, by energy {fooled} of 1900");
}
