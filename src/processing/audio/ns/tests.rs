//! Real-time: what every suppressor has to hold, and how one is measured.

use super::{NoiseSuppression, NoiseSuppressor, Ns, NsAlgorithm, NsParams};
use crate::processing::audio::speech_like::{self, Voice};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

/// Speech in white noise of that root mean square, and the voice alone.
pub(super) fn mixed(rate: SampleRate, noise: f32, seconds: f32) -> (Vec<f32>, Voice) {
    let voice = speech_like::voice(rate, seconds, 7);
    let noise = speech_like::white(voice.samples.len(), noise, 11);
    (voice.samples.iter().zip(noise).map(|(v, n)| v + n).collect(), voice)
}

/// What became of speech in noise: its first 4 s are for learning, the rest is measured.
#[derive(Debug)]
pub(super) struct Suppressed {
    /// Level in pauses after, over before.
    pub(super) pauses_db: f32,
    /// How much of the voice is there: the projection on the clean voice.
    pub(super) speech_db: f32,
    /// Signal-to-noise ratio after (scale-invariant) less that before.
    pub(super) gain_db: f32,
    /// The difference to the clean voice, over the clean voice.
    pub(super) error_db: f32,
}

impl Suppressed {
    pub(super) fn of(suppressor: &mut dyn NoiseSuppressor, rate: SampleRate, noise: f32) -> Self {
        let (block, delay) = (rate.block_samples(), suppressor.delay_samples());
        let (noisy, voice) = mixed(rate, noise, 12.0);
        let mut output = noisy.clone();
        output.chunks_exact_mut(block).for_each(|b| suppressor.process(b).unwrap());
        output.drain(..delay);
        let n = output.len();
        let learnt = |b: usize| b >= 400 && b + 8 < n / block;
        // Five blocks off each edge of speech, whose tails are neither.
        let silent = |b: usize| learnt(b) && voice.speaks[b - 5..b + 6].iter().all(|s| !s);
        let db = |ratio: f64| 10.0 * ratio.log10() as f32;
        let pauses = speech_like::rms(&output, block, silent) / speech_like::rms(&noisy[..n], block, silent).max(1e-9);
        let speech = |x: &[f32]| {
            let spoken = (0..n).filter(|i| learnt(i / block) && voice.speaks[i / block]);
            let (mut vv, mut vx, mut xx) = (1e-12_f64, 0.0, 0.0);
            for i in spoken {
                let (v, x) = (f64::from(voice.samples[i]), f64::from(x[i]));
                (vv, vx, xx) = (vv + v * v, vx + v * x, xx + x * x);
            }
            (vx / vv, db(vx * vx / vv / (xx - vx * vx / vv).max(1e-12)), db((xx - 2.0 * vx + vv).max(1e-12) / vv))
        };
        let (kept, after, error_db) = speech(&output);
        let (_, before, _) = speech(&noisy);
        Self {
            pauses_db: 2.0 * db(f64::from(pauses)),
            speech_db: 2.0 * db(kept.max(1e-9)),
            gain_db: after - before,
            error_db,
        }
    }
}

fn all(rate: SampleRate) -> Vec<Ns> {
    let make = |algorithm| Ns::new(rate, NsParams { algorithm, level: NoiseSuppression::Moderate });
    [NsAlgorithm::Spectral, NsAlgorithm::Neural].into_iter().filter_map(|a| make(a).ok()).collect()
}

#[test]
fn without_the_feature_the_error_names_it() {
    let made = Ns::new(SampleRate::Hz8000, NsParams { algorithm: NsAlgorithm::Neural, ..NsParams::default() });
    assert_eq!(made.is_ok(), all(SampleRate::Hz8000).len() == 2);
    assert_eq!(made.is_ok(), BUILT_WITH_NETWORKS);
    if let Err(error) = made {
        assert!(error.to_string().contains("`neural`"), "{error}");
    }
}

const BUILT_WITH_NETWORKS: bool = cfg!(feature = "neural");

#[test]
fn a_block_of_another_length_is_refused_and_left_alone() {
    for mut suppressor in all(SampleRate::Hz16000) {
        let mut block = [0.25; 161];
        assert_eq!(suppressor.process(&mut block), Err(StageFault::BadBlock));
        assert_eq!(suppressor.process(&mut block[..0]), Err(StageFault::BadBlock));
        assert_eq!(block, [0.25; 161]);
    }
}

#[test]
fn no_input_spoils_it() {
    for rate in [SampleRate::Hz8000, SampleRate::Hz48000] {
        for mut suppressor in all(rate) {
            let length = rate.block_samples();
            for bad in [f32::NAN, f32::INFINITY, f32::MIN, 1e30, 1e-40, -1e-44, 0.0] {
                for _ in 0..20 {
                    let mut block = vec![bad; length];
                    suppressor.process(&mut block).unwrap();
                    assert!(block.iter().all(|x| x.is_finite() && !x.is_subnormal()), "{suppressor:?} {bad}");
                }
            }
            // And it works on afterwards.
            suppressor.reset();
            let heard = Suppressed::of(&mut suppressor, rate, 0.01);
            assert!(heard.pauses_db < -6.0 && heard.speech_db > -3.0, "{suppressor:?} {heard:?}");
        }
    }
}

#[test]
fn an_embedders_own_goes_through_the_door() {
    struct Mute;
    impl NoiseSuppressor for Mute {
        fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
            block.fill(0.0);
            Ok(())
        }
        fn set_level(&mut self, _: NoiseSuppression) {}
        fn delay_samples(&self) -> usize {
            3
        }
        fn reset(&mut self) {}
    }
    let mut own = Ns::Boxed(Box::new(Mute));
    let mut block = [1.0; 80];
    own.process(&mut block).unwrap();
    assert_eq!((block, own.delay_samples()), ([0.0; 80], 3));
}

#[cfg(feature = "neural")]
#[test]
fn the_network_leaves_of_noise_alone_what_the_level_says() {
    let left = |level| {
        let params = NsParams { algorithm: NsAlgorithm::Neural, level };
        let mut suppressor = Ns::new(SampleRate::Hz16000, params).unwrap();
        let mut noise = speech_like::white(8 * 16_000, 0.02, 5);
        noise.chunks_exact_mut(160).for_each(|block| suppressor.process(block).unwrap());
        20.0 * (speech_like::rms(&noise, 160, |n| n >= 400) / 0.02).log10()
    };
    let (low, moderate) = (left(NoiseSuppression::Low), left(NoiseSuppression::Moderate));
    assert!(low > -15.0 && low < -9.0 && moderate < -26.0, "{low} {moderate}");
}

#[cfg(feature = "neural")]
#[test]
fn clear_speech_passes_the_network_and_noise_behind_it_does_not() {
    use super::NeuralSuppressor;
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        let mut suppressor = NeuralSuppressor::new(rate, NoiseSuppression::High);
        let heard = Suppressed::of(&mut suppressor, rate, 0.0003);
        let harmed = Suppressed::of(&mut NeuralSuppressor::deaf(rate, NoiseSuppression::High), rate, 0.0003);
        assert!(heard.error_db < -14.0 && heard.error_db < harmed.error_db - 3.0, "{rate}: {heard:?} {harmed:?}");
        let mut noise = speech_like::white(rate.hz() as usize * 3, 0.0003, 5);
        noise.chunks_exact_mut(rate.block_samples()).for_each(|block| suppressor.process(block).unwrap());
        let left = speech_like::rms(&noise, rate.block_samples(), |n| n >= 200);
        assert!(20.0 * (left / 0.0003).log10() < -15.0, "{rate}: {left}");
    }
}
