//! Real-time: what can be heard of spectral suppression, and twins without it.

use super::SpectralSuppressor;
use crate::processing::audio::ns::ear::Ear;
use crate::processing::audio::ns::tests::{Suppressed, mixed};
use crate::processing::audio::ns::{NoiseSuppression, NoiseSuppressor};
use crate::types::SampleRate;

fn make(rate: SampleRate) -> SpectralSuppressor {
    SpectralSuppressor::new(rate, NoiseSuppression::Moderate)
}

#[test]
fn noise_falls_in_pauses_and_speech_stays_at_every_rate() {
    for rate in SampleRate::ALL {
        let heard = Suppressed::of(&mut make(rate), rate, 0.01);
        assert!(heard.pauses_db < -9.5, "{rate}: {heard:?}");
        assert!(heard.speech_db > -1.0 && heard.speech_db < 0.5, "{rate}: {heard:?}");
        assert!(heard.gain_db > -2.0, "{rate}: {heard:?}");
    }
}

/// The suppressor's delay without what it does.
struct Bypass(Vec<f32>);

impl NoiseSuppressor for Bypass {
    fn process(&mut self, block: &mut [f32]) -> Result<(), crate::processing::stage::StageFault> {
        let length = block.len();
        self.0.resize(length, 0.0);
        block.swap_with_slice(&mut self.0);
        Ok(())
    }
    fn set_level(&mut self, _: NoiseSuppression) {}
    fn delay_samples(&self) -> usize {
        self.0.len()
    }
    fn reset(&mut self) {}
}

#[test]
fn a_bypass_does_none_of_that() {
    let rate = SampleRate::Hz16000;
    let heard = Suppressed::of(&mut Bypass(vec![0.0; rate.block_samples()]), rate, 0.01);
    assert!(heard.pauses_db > -0.1 && heard.gain_db.abs() < 0.1, "{heard:?}");
}

#[test]
fn each_level_takes_more_noise_than_the_one_before() {
    let rate = SampleRate::Hz16000;
    for (level, low, high) in [
        (NoiseSuppression::Low, -7.0, -4.5),
        (NoiseSuppression::Moderate, -13.0, -9.5),
        (NoiseSuppression::High, -19.0, -12.5),
    ] {
        let mut suppressor = make(rate);
        suppressor.set_level(level);
        let heard = Suppressed::of(&mut suppressor, rate, 0.01);
        assert!(heard.pauses_db > low && heard.pauses_db < high, "{level:?}: {heard:?}");
    }
}

#[test]
fn what_is_clean_passes_unchanged_but_for_the_delay() {
    for rate in SampleRate::ALL {
        let heard = Suppressed::of(&mut make(rate), rate, 0.0);
        assert!(heard.error_db < -18.0, "{rate}: {heard:?}");
    }
}

/// How much of the voice is lost between its harmonics and in its weak parts: the mean over blocks of speech of what the worst
/// quarter of the bins lose, in decibels.
fn loss_db(suppressor: &mut SpectralSuppressor, noise: f32) -> f32 {
    let (noisy, voice) = mixed(SampleRate::Hz16000, noise, 12.0);
    let (mut sum, mut blocks) = (0.0, 0);
    for (n, block) in noisy.chunks_exact(160).enumerate() {
        suppressor.process(&mut block.to_vec()).unwrap();
        if n >= 400 && voice.speaks[n] {
            let mut gains = suppressor.gains.gains.clone();
            gains.sort_by(f32::total_cmp);
            sum += gains.iter().take(64).map(|gain| -20.0 * gain.log10()).sum::<f32>() / 64.0;
            blocks += 1;
        }
    }
    sum / blocks as f32
}

#[test]
fn speech_far_above_the_noise_is_left_alone_and_speech_in_noise_is_not() {
    // 43 and 19 dB below the voice; and one that does not know clear speech.
    let rate = SampleRate::Hz16000;
    let (clear, noisy) = (loss_db(&mut make(rate), 0.0005), loss_db(&mut make(rate), 0.008));
    let deaf = loss_db(&mut SpectralSuppressor { ear: Ear::deaf(rate), ..make(rate) }, 0.0005);
    assert!(clear < 2.0 && noisy > 8.0 && deaf > 5.0, "{clear} {noisy} {deaf}");
}

#[test]
fn when_clear_speech_has_ended_noise_falls_all_the_same() {
    let (mut heard, _) = mixed(SampleRate::Hz16000, 0.0005, 8.0);
    heard.extend(crate::processing::audio::speech_like::white(3 * 16_000, 0.0005, 13));
    let mut suppressor = make(SampleRate::Hz16000);
    heard.chunks_exact_mut(160).for_each(|block| suppressor.process(block).unwrap());
    let left = crate::processing::audio::speech_like::rms(&heard, 160, |n| n >= 950);
    assert!(20.0 * (left / 0.0005).log10() < -9.0, "{left}");
}

#[test]
fn silence_stays_silence() {
    let mut suppressor = make(SampleRate::Hz16000);
    for _ in 0..200 {
        let mut block = [0.0; 160];
        suppressor.process(&mut block).unwrap();
        assert_eq!(block, [0.0; 160]);
    }
}

#[test]
fn noise_that_steps_up_by_20_decibels_is_learnt_within_three_seconds() {
    let rate = SampleRate::Hz16000;
    let mut suppressor = make(rate);
    let mut noise = crate::processing::audio::speech_like::white(8 * 16_000, 0.003, 5);
    noise[3 * 16_000..].iter_mut().for_each(|x| *x *= 10.0);
    let before = crate::processing::audio::speech_like::rms(&noise, 160, |n| n >= 600);
    for block in noise.chunks_exact_mut(160) {
        suppressor.process(block).unwrap();
    }
    let after = crate::processing::audio::speech_like::rms(&noise, 160, |n| n >= 600);
    assert!(20.0 * (after / before).log10() < -9.0, "{after} of {before}");
}

/// How peaky each bin's power is over time, in the mean: 2 for noise.
fn kurtosis(sound: &[f32]) -> f32 {
    let mut ear = Ear::new(SampleRate::Hz16000);
    let mut moments = vec![[0.0; 2]; ear.power.len()];
    let blocks = sound.chunks_exact(160).skip(300);
    let count = blocks.len() as f32;
    for block in blocks {
        ear.hear(block);
        for ([first, second], power) in moments.iter_mut().zip(&ear.power) {
            *first += power / count;
            *second += power * power / count;
        }
    }
    let bins = moments.len() - 8;
    moments.iter().skip(4).take(bins).map(|[first, second]| second / (first * first)).sum::<f32>() / bins as f32
}

#[test]
fn little_musical_noise_is_left() {
    // Musical noise is peaks of single bins for single blocks: 1.43 times as peaky where the a-priori ratio follows as fast in noise
    // as in speech.
    for seed in [9, 10, 11] {
        let mut suppressor = make(SampleRate::Hz16000);
        let mut noise = crate::processing::audio::speech_like::white(12 * 16_000, 0.01, seed);
        let before = (kurtosis(&noise), crate::processing::audio::speech_like::rms(&noise, 160, |n| n >= 300));
        for block in noise.chunks_exact_mut(160) {
            suppressor.process(block).unwrap();
        }
        let after = (kurtosis(&noise), crate::processing::audio::speech_like::rms(&noise, 160, |n| n >= 300));
        let (peaks, fall) = (after.0 / before.0, 20.0 * (after.1 / before.1).log10());
        assert!(peaks < 1.25 && fall < -10.0, "{peaks} times as peaky, {fall} dB");
    }
}

#[test]
fn it_starts_anew_after_a_reset() {
    let rate = SampleRate::Hz8000;
    let (noisy, _) = mixed(rate, 0.02, 4.0);
    let (mut used, mut fresh) = (make(rate), make(rate));
    for block in crate::processing::audio::speech_like::white(8_000, 0.5, 3).chunks_exact_mut(80) {
        used.process(block).unwrap();
    }
    used.reset();
    for block in noisy.chunks_exact(80) {
        let (mut a, mut b) = (block.to_vec(), block.to_vec());
        used.process(&mut a).unwrap();
        fresh.process(&mut b).unwrap();
        assert_eq!(a, b);
    }
}
