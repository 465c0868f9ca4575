//! Pure: what the equalizer does to sines, and that it does not click.

use super::*;
use crate::processing::effects::biquad::Shape;

const RATE: SampleRate = SampleRate::Hz16000;

fn peak(hz: f32, gain_db: f32) -> EqualizerParams {
    EqualizerParams::of(&[Band { shape: Shape::Peak, hz, q: 1.0, gain_db }])
}

fn sine(block: usize) -> [f32; 160] {
    std::array::from_fn(|n| {
        0.2 * (std::f32::consts::TAU * (1_000.0 * (block * 160 + n) as f32 / 16_000.0 + 0.25)).sin()
    })
}

fn power(pcm: &[f32]) -> f32 {
    pcm.iter().map(|x| x * x).sum::<f32>() / pcm.len() as f32
}

#[test]
fn bands_add_up() {
    let band = Band { shape: Shape::Peak, hz: 1_000.0, q: 1.0, gain_db: 4.0 };
    let run = |bands: &[Band]| {
        let mut equalizer = Equalizer::new(RATE, EqualizerParams::of(bands)).unwrap();
        let mut last = 0.0;
        for b in 0..50 {
            let mut block = sine(b);
            equalizer.process(&mut block).unwrap();
            last = 10.0 * (power(&block) / power(&sine(b))).log10();
        }
        last
    };
    assert!((run(&[band, band]) - 8.0).abs() < 0.1);
    assert!((run(&[band]) - 4.0).abs() < 0.1);
    assert_eq!(run(&[]), 0.0);
}

/// The greatest second difference (a click is a jump or a kink) when the settings change during a sine.
fn kink(change: impl Fn(&mut Equalizer)) -> f32 {
    let mut equalizer = Equalizer::new(RATE, peak(1_000.0, -12.0)).unwrap();
    let mut pcm = Vec::new();
    for b in 0..40 {
        if b == 20 {
            change(&mut equalizer);
        }
        let mut block = sine(b);
        equalizer.process(&mut block).unwrap();
        pcm.extend(block);
    }
    pcm.windows(3).skip(160 * 15).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max)
}

#[test]
fn a_change_does_not_click() {
    let louder = peak(1_000.0, 12.0);
    // A steady sine of the louder setting bends this much.
    let steady = 0.2 * 4.0 * (std::f32::consts::TAU / 16.0).powi(2);
    let smooth = kink(|equalizer| equalizer.set_params(louder).unwrap());
    assert!(smooth < 1.15 * steady, "{smooth} against {steady}");
    let abrupt = kink(|equalizer| *equalizer = Equalizer::new(RATE, louder).unwrap());
    let hard = kink(|equalizer| {
        equalizer.set_params(louder).unwrap();
        equalizer.sections[0].now = equalizer.sections[0].wanted;
    });
    assert!(abrupt.max(hard) > 1.3 * steady, "the twin that jumps: {abrupt}, {hard} against {steady}");
}

#[test]
fn nothing_on_leaves_the_block_alone_and_bad_input_is_held_off() {
    let mut equalizer = Equalizer::new(RATE, EqualizerParams::default()).unwrap();
    let mut block = sine(3);
    equalizer.process(&mut block).unwrap();
    assert_eq!(block, sine(3));
    equalizer.set_params(peak(500.0, 6.0)).unwrap();
    equalizer.process(&mut [f32::NAN; 160]).unwrap();
    let mut block = [f32::INFINITY; 160];
    equalizer.process(&mut block).unwrap();
    assert_eq!(block, [0.0; 160]);
    assert_eq!(equalizer.process(&mut [0.0; 80]), Err(StageFault::BadBlock));
    assert!(equalizer.set_params(peak(5.0, 6.0)).is_err());
    assert_eq!(equalizer.params(), peak(500.0, 6.0));
}
