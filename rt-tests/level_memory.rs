//! Gain control, tone detectors and effects at work neither allocate nor free nor lock, in faults too.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/trap.rs"]
mod trap;

use media_core::processing::audio::agc::{Agc, AgcAlgorithm, AgcParams, GainControl};
use media_core::processing::audio::loudness::LoudnessMeter;
use media_core::processing::audio::tone::{
    DtmfDetector, DtmfParams, SingleToneDetector, SingleToneParams, ToneDetector, ToneEvent, ToneSuppressor,
};
use media_core::processing::effects::biquad::Shape;
use media_core::processing::effects::{Band, Compressor, CompressorParams, Equalizer, EqualizerParams, PeakLimiter};
use media_core::types::SampleRate;
use trap::Counts;
use trap::alone;

/// What `body` called while its thread was as a media thread.
fn counted(body: impl FnOnce()) -> Counts {
    let before = trap::counts();
    let scope = trap::enter();
    body();
    drop(scope);
    trap::counts().since(before)
}

/// Sample `n` of a DTMF digit 5 of full scale, 100 ms on and off.
fn sample(rate: SampleRate, n: usize) -> f32 {
    let t = n as f32 / rate.hz() as f32;
    let tone = |hz: f32| (std::f32::consts::TAU * hz * t).sin();
    if t % 0.2 < 0.1 { 0.7 * (tone(770.0) + tone(1_336.0)) } else { 0.0 }
}

#[test]
fn the_trap_counts() {
    let _alone = alone();
    let made = counted(|| drop(Agc::new(SampleRate::Hz8000, AgcAlgorithm::Wideband, AgcParams::default())));
    assert!(made.allocations > 0);
}

#[test]
fn gain_control() {
    let _alone = alone();
    let algorithms = [AgcAlgorithm::Wideband, AgcAlgorithm::Multiband];
    for (rate, algorithm) in SampleRate::ALL.into_iter().flat_map(|r| algorithms.map(|a| (r, a))) {
        let mut agc = Agc::new(rate, algorithm, AgcParams::default()).expect("legal");
        let (mut pcm, samples) = ([0.0; 480], rate.block_samples());
        let counts = counted(|| {
            for b in 0..300 {
                pcm.iter_mut().enumerate().for_each(|(n, x)| *x = sample(rate, b * samples + n));
                let _ = agc.process(&mut pcm[..samples], 0.9);
                let _ = agc.process(&mut pcm[..7], 0.9);
            }
            let _ = agc.process(&mut [f32::NAN; 480][..samples], f32::NAN);
            let _ = agc.set_params(AgcParams::default().target_lufs(-30.0));
            let _ = agc.set_params(AgcParams::default().target_lufs(30.0));
            agc.reset();
        });
        assert_eq!(counts, Counts::default(), "{rate}, {algorithm:?}");
    }
}

#[test]
fn tones() {
    let _alone = alone();
    for rate in SampleRate::ALL {
        let mut dtmf = DtmfDetector::new(rate, DtmfParams::default()).expect("legal");
        let mut fax = SingleToneDetector::new(rate, SingleToneParams::fax()).expect("legal");
        let (mut suppressor, mut meter) = (ToneSuppressor::new(rate), LoudnessMeter::new(rate));
        let (mut pcm, samples, mut digits) = ([0.0; 480], rate.block_samples(), 0);
        let counts = counted(|| {
            for b in 0..100 {
                pcm.iter_mut().enumerate().for_each(|(n, x)| *x = sample(rate, b * samples + n));
                let event = dtmf.process(&pcm[..samples]);
                digits += u32::from(matches!(event, Ok(Some(ToneEvent::Begin { .. }))));
                for length in [samples, 7] {
                    let _ = fax.process(&pcm[..length]);
                    let _ = meter.process(&pcm[..length]);
                    let _ = suppressor.process(&mut pcm[..length], b % 20 > 3, dtmf.suppresses());
                }
                let _ = dtmf.process(&pcm[..7]);
            }
            let _ = dtmf.process(&[f32::NAN; 480][..samples]);
            let _ = (meter.integrated(), meter.range());
            dtmf.reset();
            fax.reset();
            suppressor.reset();
            meter.reset();
        });
        assert_eq!((counts, digits), (Counts::default(), 5), "{rate}");
    }
}

#[test]
fn effects() {
    let _alone = alone();
    for rate in SampleRate::ALL {
        let band = |gain_db| EqualizerParams::of(&[Band::new(Shape::Peak, 900.0).q(1.0).gain_db(gain_db); 8]);
        let mut equalizer = Equalizer::new(rate, band(3.0)).expect("legal");
        let mut compressor = Compressor::new(rate, CompressorParams::default()).expect("legal");
        let mut limiter = PeakLimiter::new(rate, -1.0, 8, 50.0).expect("legal");
        let (mut pcm, samples) = ([0.0; 480], rate.block_samples());
        let counts = counted(|| {
            for b in 0..100 {
                pcm.iter_mut().enumerate().for_each(|(n, x)| *x = sample(rate, b * samples + n));
                for length in [samples, 7] {
                    let _ = equalizer.process(&mut pcm[..length]);
                    let _ = compressor.process(&mut pcm[..length]);
                    let _ = limiter.process(&mut pcm[..length]);
                }
                let _ = equalizer.set_params(band(b as f32 / 2.0));
            }
            let _ = compressor.set_params(CompressorParams::default().ratio(10.0));
            equalizer.reset();
            compressor.reset();
            limiter.reset();
        });
        assert_eq!(counts, Counts::default(), "{rate}");
    }
}
