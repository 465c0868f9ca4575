//! Pure: what comes out of gain control in three bands, beside a bypass.

use super::super::tests::talker::{Bypass, Talk, spread};
use super::*;

fn agc(rate: SampleRate) -> MultibandAgc {
    MultibandAgc::new(rate, AgcParams::default()).unwrap()
}

#[test]
fn voices_of_any_level_come_out_alike() {
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        let (ours, mean) = spread(rate, || Box::new(agc(rate)));
        assert!(ours < 1.0 && (mean + 20.0).abs() < 1.5, "{rate}: spread {ours} dB around {mean} LUFS");
    }
    assert!(spread(SampleRate::Hz8000, || Box::new(Bypass)).0 > 30.0);
}

#[test]
fn nothing_is_clipped_and_the_delay_is_8_ms() {
    let params = AgcParams { target_lufs: -10.0, ..AgcParams::default() };
    for lufs in [-40.0, -5.0] {
        let talk = Talk::new(SampleRate::Hz16000, 6, lufs);
        let mut agc = MultibandAgc::new(talk.rate, params).unwrap();
        assert!(talk.through(&mut agc).0.peak() <= 0.892);
        assert_eq!(agc.delay_samples(), 128);
    }
}

#[test]
fn a_boom_is_tamed_in_its_band() {
    // A voice at 800 Hz with a boom at 100 Hz, 20 dB louder: the boom loses more.
    let rate = SampleRate::Hz16000;
    let power = |pcm: &[f32], hz: f32| {
        let turn = std::f32::consts::TAU * hz / 16_000.0;
        let sum = |f: fn(f32) -> f32| pcm.iter().enumerate().map(|(n, x)| x * f(turn * n as f32)).sum::<f32>();
        sum(f32::cos).powi(2) + sum(f32::sin).powi(2)
    };
    let ratio = |agc: &mut dyn GainControl| {
        let tone = |n: usize, hz: f32| (std::f32::consts::TAU * hz * n as f32 / 16_000.0).sin();
        let mut pcm: Vec<f32> = (0..64_000).map(|n| 0.2 * tone(n, 100.0) + 0.02 * tone(n, 800.0)).collect();
        pcm.chunks_exact_mut(160).for_each(|block| agc.process(block, 0.0).unwrap());
        10.0 * (power(&pcm[48_000..], 100.0) / power(&pcm[48_000..], 800.0)).log10()
    };
    let (tamed, untouched) = (ratio(&mut agc(rate)), ratio(&mut Bypass));
    assert!((untouched - 20.0).abs() < 0.1 && tamed < untouched - 1.5, "{tamed} dB, was {untouched}");
}

#[test]
fn settings_change_and_bad_input_is_held_off() {
    let mut agc = agc(SampleRate::Hz8000);
    for bad in [f32::NAN, f32::INFINITY, -1e30, 1e-42] {
        let mut block = [bad; 80];
        agc.process(&mut block, 1.0).unwrap();
        assert!(block.iter().all(|x| x.abs() <= 0.892), "{bad}");
    }
    assert_eq!(agc.process(&mut [0.0; 79], 1.0), Err(StageFault::BadBlock));
    assert!(agc.set_params(AgcParams { target_lufs: 0.0, ..AgcParams::default() }).is_err());
    agc.set_params(AgcParams { ceiling_dbfs: -12.0, ..AgcParams::default() }).unwrap();
    agc.reset();
    for _ in 0..50 {
        let mut block = [0.9; 80];
        agc.process(&mut block, 0.0).unwrap();
        assert!(block.iter().all(|x| x.abs() <= 0.252));
    }
}
