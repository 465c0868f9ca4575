//! Pure: levels behind the compressor.

use super::*;

const RATE: SampleRate = SampleRate::Hz8000;

fn sine(block: usize, amplitude: f32) -> [f32; 80] {
    std::array::from_fn(|n| amplitude * (std::f32::consts::TAU * 1_000.0 * (block * 80 + n) as f32 / 8_000.0).sin())
}

fn level(pcm: &[f32]) -> f32 {
    10.0 * (pcm.iter().map(|x| x * x).sum::<f32>() / pcm.len() as f32).log10()
}

/// The level behind it of a steady sine of `dbfs` RMS.
fn steady(params: CompressorParams, dbfs: f32) -> f32 {
    let mut compressor = Compressor::new(RATE, params).unwrap();
    let mut last = 0.0;
    for b in 0..200 {
        let mut block = sine(b, 2f32.sqrt() * linear(dbfs));
        compressor.process(&mut block).unwrap();
        last = level(&block);
    }
    last
}

#[test]
fn levels_follow_the_curve() {
    let params = CompressorParams { threshold_dbfs: -20.0, ratio: 4.0, knee_db: 0.0, ..CompressorParams::default() };
    for (from, to) in [(-40.0, -40.0), (-21.0, -21.0), (-12.0, -18.0), (-4.0, -16.0)] {
        assert!((steady(params, from) - to).abs() < 0.1, "{from}: {}", steady(params, from));
    }
    assert!((steady(CompressorParams { ratio: 1.0, ..params }, -4.0) + 4.0).abs() < 0.1, "the twin that does nothing");
    let louder = CompressorParams { make_up_db: 6.0, ..params };
    assert!((steady(louder, -12.0) + 12.0).abs() < 0.1);
}

#[test]
fn the_knee_is_soft() {
    let params = CompressorParams { threshold_dbfs: -20.0, ratio: 4.0, knee_db: 10.0, ..CompressorParams::default() };
    let slopes: Vec<f32> = (-300..-100).map(|l| params.curve(l as f32 / 10.0)).collect();
    assert!(slopes.windows(2).all(|w| w[1] <= w[0] && w[0] - w[1] < 0.1));
    assert_eq!(params.curve(-25.0), 0.0);
    assert!((params.curve(-20.0) + 0.9375).abs() < 1e-4 && (params.curve(-10.0) + 7.5).abs() < 1e-4);
}

#[test]
fn attack_and_release_take_their_time() {
    let params = CompressorParams { attack_ms: 10.0, release_ms: 200.0, ..CompressorParams::default() };
    let mut compressor = Compressor::new(RATE, params).unwrap();
    let mut after = |amplitude: f32, blocks: usize| {
        for b in 0..blocks {
            compressor.process(&mut sine(b, amplitude)).unwrap();
        }
        compressor.gain_db()
    };
    let (one, full) = (after(1.0, 1), after(1.0, 30));
    assert!((one / full - 0.63).abs() < 0.05, "{one} of {full}");
    let risen = after(0.001, 20);
    assert!((risen / full - 0.37).abs() < 0.05, "{risen} of {full}");
}

#[test]
fn bad_input_is_held_off() {
    let mut compressor = Compressor::new(RATE, CompressorParams::default()).unwrap();
    let mut block = [f32::NAN; 80];
    compressor.process(&mut block).unwrap();
    assert_eq!(block, [0.0; 80]);
    assert_eq!(compressor.process(&mut [0.0; 81]), Err(StageFault::BadBlock));
    assert!(compressor.set_params(CompressorParams { ratio: 0.5, ..CompressorParams::default() }).is_err());
}
