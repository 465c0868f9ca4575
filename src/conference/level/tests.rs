//! Pure: levels and ramps on each instruction set against their definitions.

use super::*;
use crate::codec::{AudioDecoder, G711Decoder, Law};
use crate::processing::tests::{Numbers, on_each_path, same};
use crate::types::Decibels;

fn plain_squares(pcm: &[f32]) -> f32 {
    squares_body(pcm, |x| x * x)
}

#[test]
fn mean_square_is_that_of_the_definition_on_each_path() {
    let paths = on_each_path!(plain_squares, fn(pcm: &[f32]) -> f32);
    let mut numbers = Numbers(20);
    for length in (0..=100).chain([160, 240, 320, 480]) {
        let pcm = numbers.frame(length, 0.7);
        let squares: f64 = pcm.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let want = squares / length.max(1) as f64;
        let got = mean_square(&pcm);
        assert!((f64::from(got) - want).abs() <= 1e-6 * want, "{length}: {got} {want}");
        for (path, squares) in &paths {
            assert_eq!(squares(&pcm) / length.max(1) as f32, got, "{path}");
        }
    }
    assert_eq!(Decibels::from_power(mean_square(&[-1.0; 80])), Decibels(0.0));
}

#[test]
fn samples_that_are_not_numbers_do_not_count() {
    let mut pcm = [0.5; 80];
    pcm[3] = f32::NAN;
    pcm[40] = f32::NEG_INFINITY;
    assert_eq!(mean_square(&pcm), 0.25 * 78.0 / 80.0);
    assert_eq!(peak(&pcm), f32::INFINITY);
    pcm[40] = -0.75;
    assert_eq!(peak(&pcm), 0.75);
    assert!(mean_square(&[f32::MAX; 480]).is_finite());
    assert_eq!((mean_square(&[]), peak(&[])), (0.0, 0.0));
}

#[test]
fn peak_finds_a_single_sample_anywhere_on_each_path() {
    let paths = on_each_path!(peak_body, fn(pcm: &[f32]) -> f32);
    let within = on_each_path!(within_body, fn(pcm: &[f32]) -> bool);
    for at in 0..90 {
        for x in [-1.25_f32, 1.25, f32::NAN, 1.0, -1.0] {
            let mut pcm = [0.5; 90];
            pcm[at] = x;
            for (path, peak) in &paths {
                assert_eq!(peak(&pcm), if x.is_nan() { 0.5 } else { x.abs() }, "{path}");
            }
            for (path, within) in &within {
                assert_eq!(within(&pcm), x.abs() <= 1.0, "{path}");
            }
            let over = if x.abs() == 1.0 { None } else { Some(peak(&pcm)) };
            assert_eq!(over_full_scale(&pcm), over);
        }
    }
}

#[test]
fn a_ramp_joins_its_ends_in_even_steps() {
    let paths = on_each_path!(ramp_body, fn(pcm: &mut [f32], from: f32, to: f32) -> ());
    for length in [1, 7, 80, 160, 480] {
        for (from, to) in [(0.0, 1.0), (1.0, 0.0), (0.25, 4.0), (1.0, 1.0), (0.7, 0.7)] {
            let mut want = vec![1.0; length];
            ramp_body(&mut want, from, to);
            let step = (to - from) / length as f32;
            for pair in want.windows(2) {
                assert!((pair[1] - pair[0] - step).abs() < 1e-6);
            }
            assert!((want[0] - from - step).abs() < 1e-6 && (want[length - 1] - to).abs() < 1e-6);
            for (path, ramp) in &paths {
                let mut pcm = vec![1.0; length];
                ramp(&mut pcm, from, to);
                assert!(same(&pcm, &want), "{path}");
            }
        }
    }
    // A gain that stays is exact: unity leaves the frame as it is.
    let mut numbers = Numbers(21);
    let pcm = numbers.frame(160, 1.0);
    let mut after = pcm.clone();
    apply_gain_ramp(&mut after, 1.0, 1.0);
    assert_eq!(after, pcm);
    apply_gain_ramp(&mut [], 0.0, 1.0);
}

#[test]
fn digital_silence_is_that_of_a_muted_line_in_any_law() {
    let decoded = |law, code| {
        let mut pcm = [0.0; 80];
        G711Decoder::new(law).decode_into(&[code; 80], &mut pcm).unwrap();
        pcm
    };
    for silence in
        [decoded(Law::Mu, 0xff), decoded(Law::Mu, 0x7f), decoded(Law::A, 0xd5), decoded(Law::A, 0x55), [0.0; 80]]
    {
        assert!(is_digital_silence(&silence));
    }
    let mut faint = [0.0; 80];
    faint[79] = 1.0 / 32_768.0;
    assert!(!is_digital_silence(&faint) && !is_digital_silence(&decoded(Law::A, 0xd4)));
    assert!(!is_digital_silence(&[f32::NAN; 80]) && is_digital_silence(&[]));
}
