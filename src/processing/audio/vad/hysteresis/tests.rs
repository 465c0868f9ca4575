//! Real-time: decisions over given probabilities.

use super::{Hysteresis, HysteresisParams};

fn decide(params: HysteresisParams, probabilities: &[f32]) -> Vec<bool> {
    let mut hysteresis = Hysteresis::new(params);
    probabilities.iter().map(|p| hysteresis.update(*p)).collect()
}

const PARAMS: HysteresisParams = HysteresisParams { on: 0.6, onset_blocks: 2, off: 0.3, hangover_blocks: 3 };

#[test]
fn it_goes_on_after_the_onset_and_off_after_the_hangover() {
    let heard = decide(PARAMS, &[0.1, 0.7, 0.9, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2]);
    assert_eq!(heard, [false, false, true, true, true, true, true, false, false]);
}

#[test]
fn without_hysteresis_the_same_would_flicker() {
    let flat = HysteresisParams { on: 0.5, onset_blocks: 0, off: 0.5, hangover_blocks: 0 };
    assert_eq!(decide(flat, &[0.1, 0.7, 0.4, 0.7, 0.4]), [false, true, false, true, false]);
    assert_eq!(decide(PARAMS, &[0.7, 0.7, 0.4, 0.7, 0.4]), [false, true, true, true, true]);
}

#[test]
fn a_single_block_is_no_speech_and_a_short_gap_no_end() {
    assert_eq!(decide(PARAMS, &[0.9, 0.1, 0.9, 0.1]), [false; 4]);
    assert_eq!(decide(PARAMS, &[0.9, 0.9, 0.0, 0.0, 0.0, 0.9, 0.0]), [false, true, true, true, true, true, true]);
}

#[test]
fn nan_is_no_speech_and_reset_begins_anew() {
    let mut hysteresis = Hysteresis::new(PARAMS);
    assert!(!hysteresis.update(f32::NAN));
    hysteresis.update(1.0);
    assert!(hysteresis.update(1.0));
    for _ in 0..3 {
        assert!(hysteresis.update(f32::NAN));
    }
    assert!(!hysteresis.update(f32::NAN));
    hysteresis.update(1.0);
    hysteresis.update(1.0);
    assert!(hysteresis.is_speech());
    hysteresis.reset();
    assert_eq!(hysteresis, Hysteresis::new(PARAMS));
}
