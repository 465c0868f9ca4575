//! Pure: the meter against ebur128 and against EBU Tech 3341 and 3342.

use super::*;

/// A 1 kHz sine of these levels in dBFS and seconds, with a little noise of changing level for something to measure.
fn sound(rate: SampleRate, levels: &[(f64, f64)]) -> Vec<f32> {
    let turn = std::f64::consts::TAU * 1_000.0 / f64::from(rate.hz());
    let mut pcm = Vec::new();
    for &(dbfs, seconds) in levels {
        let amplitude = 10f64.powf(dbfs / 20.0);
        for _ in 0..(seconds * f64::from(rate.hz())) as usize {
            pcm.push((amplitude * (turn * pcm.len() as f64).sin()) as f32);
        }
    }
    pcm
}

fn ours(rate: SampleRate, pcm: &[f32]) -> LoudnessMeter {
    let mut meter = LoudnessMeter::new(rate);
    pcm.chunks_exact(rate.block_samples()).for_each(|block| meter.process(block).unwrap());
    meter
}

#[test]
fn it_agrees_with_ebur128() {
    use ebur128::{EbuR128, Mode};
    let levels = [(-60.0, 2.0), (-36.0, 5.0), (-23.0, 6.0), (-14.0, 1.3), (-30.0, 4.0), (-80.0, 3.0), (-20.0, 5.0)];
    for rate in SampleRate::ALL {
        let pcm = sound(rate, &levels);
        let mut theirs = EbuR128::new(1, rate.hz(), Mode::I | Mode::LRA | Mode::S | Mode::M).unwrap();
        theirs.add_frames_f32(&pcm).unwrap();
        let meter = ours(rate, &pcm);
        let near = |a: f64, b: f64, tolerance: f64| (a - b).abs() < tolerance;
        assert!(near(meter.momentary(), theirs.loudness_momentary().unwrap(), 0.02), "{rate}");
        assert!(near(meter.short_term(), theirs.loudness_shortterm().unwrap(), 0.02), "{rate}");
        let (integrated, global) = (meter.integrated().unwrap(), theirs.loudness_global().unwrap());
        assert!(near(integrated, global, 0.1), "{rate}: {integrated}, ebur128 {global}");
        let (range, theirs) = (meter.range().unwrap(), theirs.loudness_range().unwrap());
        // It takes a window each second, we each 100 ms: percentiles of other numbers of windows.
        assert!(near(range, theirs, 1.5), "{rate}: {range} LU, ebur128 {theirs}");
    }
}

#[test]
fn gates_of_tech_3341_and_ranges_of_tech_3342() {
    let rate = SampleRate::Hz48000;
    // One channel is 3.01 LU less than the two of the cases.
    let cases: [&[(f64, f64)]; 3] = [
        &[(-23.0, 20.0)],
        &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)],
        &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)],
    ];
    for levels in cases {
        let told = ours(rate, &sound(rate, levels)).integrated().unwrap();
        assert!((told + 23.0 + 3.01).abs() < 0.1, "{levels:?}: {told}");
    }
    for (levels, wanted) in [([(-20.0, 20.0), (-30.0, 20.0)], 10.0), ([(-20.0, 20.0), (-15.0, 20.0)], 5.0)] {
        let told = ours(rate, &sound(rate, &levels)).range().unwrap();
        assert!((told - wanted).abs() < 1.0, "{levels:?}: {told}");
    }
}

#[test]
fn silence_has_no_loudness_and_bad_input_counts_as_silence() {
    let rate = SampleRate::Hz8000;
    let mut meter = ours(rate, &[0.0; 40_000]);
    assert_eq!((meter.integrated(), meter.range()), (None, None));
    assert!(meter.momentary() < -100.0);
    meter.process(&[f32::NAN; 80]).unwrap();
    meter.process(&[f32::INFINITY; 80]).unwrap();
    assert_eq!(meter.process(&[0.0; 81]), Err(StageFault::BadBlock));
    sound(rate, &[(-20.0, 5.0)]).chunks_exact(80).for_each(|block| meter.process(block).unwrap());
    assert!((meter.momentary() + 23.0).abs() < 0.1 && meter.integrated().is_some());
    meter.reset();
    assert_eq!(meter.integrated(), None);
}
