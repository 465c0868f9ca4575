//! Pure: what comes out of gain control, beside a bypass.

use super::super::tests::talker::{Bypass, Talk, spread};
use super::*;

fn agc(rate: SampleRate) -> WidebandAgc {
    WidebandAgc::new(rate, AgcParams::default()).unwrap()
}

#[test]
fn voices_of_any_level_come_out_alike() {
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        let (ours, mean) = spread(rate, || Box::new(agc(rate)));
        assert!(ours < 1.0 && (mean + 20.0).abs() < 1.5, "{rate}: spread {ours} dB around {mean} LUFS");
    }
    let (bypassed, _) = spread(SampleRate::Hz8000, || Box::new(Bypass));
    assert!(bypassed > 30.0, "{bypassed}");
}

#[test]
fn it_settles_within_three_seconds() {
    for lufs in [-45.0, -30.0, -5.0] {
        let talk = Talk::new(SampleRate::Hz16000, 10, lufs);
        let (_, gains) = talk.through(&mut agc(talk.rate));
        let last = gains[999];
        let settled = gains.iter().rposition(|g| (g - last).abs() > 1.5).map_or(0, |n| n + 1);
        assert!(settled <= 300, "{lufs}: {settled} blocks, gain {last}");
        assert!((f64::from(last) - (-20.0 - lufs)).abs() < 3.5 || lufs == -5.0, "{lufs}: {last}");
    }
}

#[test]
fn the_gain_stands_still_in_pauses() {
    let talk = Talk::new(SampleRate::Hz16000, 12, -40.0);
    let (_, gains) = talk.through(&mut agc(talk.rate));
    for n in 1..gains.len() {
        assert!(Talk::speech(n) || gains[n] == gains[n - 1], "block {n}");
    }
    assert!(gains.windows(2).all(|w| (w[1] - w[0]).abs() <= 2.0));
}

#[test]
fn nothing_is_clipped() {
    let params = AgcParams { target_lufs: -10.0, ..AgcParams::default() };
    for lufs in [-40.0, -5.0] {
        let talk = Talk::new(SampleRate::Hz8000, 6, lufs);
        let (out, _) = talk.through(&mut WidebandAgc::new(talk.rate, params).unwrap());
        assert!(out.peak() <= 0.892, "{}", out.peak());
    }
    let talk = Talk::new(SampleRate::Hz8000, 6, -5.0);
    assert!(talk.through(&mut Bypass).0.peak() >= 1.0);
}

#[test]
fn a_talker_who_grows_quiet_is_followed() {
    let (mut agc, rate) = (agc(SampleRate::Hz16000), SampleRate::Hz16000);
    Talk::new(rate, 8, -15.0).through(&mut agc);
    let (out, _) = Talk::new(rate, 20, -35.0).through(&mut agc);
    assert!((out.lufs(12.0) + 20.0).abs() < 2.0, "{}", out.lufs(12.0));
}

#[test]
fn without_speech_nothing_moves() {
    let mut agc = agc(SampleRate::Hz8000);
    for _ in 0..500 {
        let mut block = [0.01; 80];
        agc.process(&mut block, 0.2).unwrap();
        assert!(block.iter().all(|x| (x - 0.01).abs() < 1e-6));
    }
    assert_eq!(agc.gain_db(), 0.0);
}

#[test]
fn bad_input_is_held_off() {
    let mut agc = agc(SampleRate::Hz8000);
    for bad in [f32::NAN, f32::INFINITY, -1e30, 1e-42] {
        let mut block = [bad; 80];
        agc.process(&mut block, 1.0).unwrap();
        assert!(block.iter().all(|x| x.abs() <= 0.892), "{bad}: {:?}", &block[..4]);
    }
    assert!(agc.gain_db().is_finite());
    assert_eq!(agc.process(&mut [0.0; 79], 1.0), Err(StageFault::BadBlock));
    agc.process(&mut [0.1; 80], f32::NAN).unwrap();
    agc.reset();
    assert_eq!(agc.gain_db(), 0.0);
    assert!(agc.set_params(AgcParams { target_lufs: 0.0, ..AgcParams::default() }).is_err());
}
