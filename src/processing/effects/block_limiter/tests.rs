//! Pure: what the limiter promises: nothing over full scale, nothing touched that fits, no click.

use super::*;
use crate::conference::{over_full_scale, peak};
use crate::processing::tests::{Numbers, on_each_path, same};

/// Runs a block through and returns the gain that each sample got (of samples that were not cut).
fn gains(limiter: &mut BlockLimiter, block: &[f32]) -> Vec<f32> {
    let mut out = block.to_vec();
    limiter.process(&mut out, 1, over_full_scale(block));
    assert!(peak(&out) <= 1.0);
    out.iter().zip(block).map(|(y, x)| y / x).collect()
}

/// A tone of `level` over blocks, never 0 where it is divided by.
fn tone(level: f32, block: usize, samples: usize) -> Vec<f32> {
    (0..samples).map(|i| level * (0.3 * (block * samples + i) as f32 + 0.01).sin()).collect()
}

#[test]
fn nothing_over_full_scale_leaves_it() {
    let mut numbers = Numbers(30);
    let mut limiter = BlockLimiter::new();
    let mut limited = 0;
    for round in 0..3_000 {
        let length = [80, 160, 240, 480, 37, 1][round % 6];
        let loudness = [0.5, 1.01, 3.0, 30.0, 4_096.0][numbers.below(5)];
        let block = if round % 11 == 0 { numbers.wild_frame(length) } else { numbers.frame(length, loudness) };
        let over = over_full_scale(&block);
        let mut out = block.clone();
        limiter.process(&mut out, 1, over);
        assert!(out.iter().all(|y| y.abs() <= 1.0), "round {round}");
        assert!((0.0..=1.0).contains(&limiter.gain()));
        limited += usize::from(over.is_some());
        // The twin: without the limiter these blocks would have gone over.
        assert_eq!(over.is_some(), !block.iter().all(|x| x.abs() <= 1.0));
    }
    assert!(limited > 1_000);
}

#[test]
fn what_fits_is_left_as_it_is_bit_for_bit() {
    let mut numbers = Numbers(31);
    let mut limiter = BlockLimiter::new();
    for _ in 0..100 {
        let block = numbers.frame(160, 1.0);
        let mut out = block.clone();
        limiter.process(&mut out, 1, over_full_scale(&block));
        assert!(same(&out, &block));
    }
    let mut edge = [1.0, -1.0, 1e-40, -0.0];
    let over = over_full_scale(&edge);
    limiter.process(&mut edge, 1, over);
    assert!(same(&edge, &[1.0, -1.0, 1e-40, -0.0]));
}

#[test]
fn the_gain_is_down_before_the_first_sample_that_would_go_over() {
    for first in [20, 77, 159] {
        let mut block = tone(0.9, 0, 160);
        block[first] = 2.0;
        let mut limiter = BlockLimiter::new();
        let gains = gains(&mut limiter, &block);
        assert_eq!(limiter.gain(), 0.5);
        assert!((gains[first] - 0.5).abs() < 1e-6);
        // A straight line there, level after it; nothing is cut, so gains are what was applied.
        let step = 0.5 / first as f32;
        for (i, gain) in gains.iter().enumerate() {
            let want = (1.0 - step * (i + 1) as f32).max(0.5);
            assert!((gain - want).abs() < 1e-5, "{first}: sample {i}: {gain} for {want}");
        }
    }
}

#[test]
fn the_gain_never_jumps() {
    // Steps of the gain itself, seen through a small signal that rides beside a loud one on a second channel.
    let mut numbers = Numbers(32);
    let mut limiter = BlockLimiter::new();
    let (length, probe) = (160, 0.001);
    let mut last = 1.0_f32;
    let mut moved = 0;
    for _ in 0..400 {
        let loudness = [0.3, 0.9, 2.0, 8.0][numbers.below(4)];
        let mut block = numbers.frame(length, loudness);
        block.extend([probe; 160]);
        let over = over_full_scale(&block);
        limiter.process(&mut block, 2, over);
        for y in &block[length..] {
            let gain = y / probe;
            // At most the whole range over the shortest fall, a tenth of the block.
            assert!((gain - last).abs() <= 1.0 / 16.0 + 1e-4, "{last} to {gain}");
            moved += usize::from((gain - last).abs() > 1e-4);
            last = gain;
        }
        assert!(block[..length].iter().all(|y| y.abs() <= 1.0));
    }
    assert!(moved > 10_000);
}

#[test]
fn it_is_at_rest_again_within_50_ms() {
    let mut limiter = BlockLimiter::new();
    gains(&mut limiter, &tone(100.0, 0, 160));
    assert!(limiter.gain() < 0.011);
    let mut last = 0.0;
    for block in 1..=5 {
        let before = limiter.gain();
        let gains = gains(&mut limiter, &tone(0.8, block, 160));
        assert!(limiter.gain() - before < RISE + 1e-6, "not at once");
        for gain in gains {
            assert!(gain > last - 1e-5, "rises");
            last = gain;
        }
    }
    assert_eq!(limiter.gain(), 1.0);
    let block = tone(0.8, 6, 160);
    let mut out = block.clone();
    limiter.process(&mut out, 1, None);
    assert_eq!(out, block);
}

#[test]
fn rising_it_stays_under_what_the_next_peak_needs() {
    let mut limiter = BlockLimiter::new();
    gains(&mut limiter, &tone(4.0, 0, 160));
    let before = limiter.gain();
    let block = tone(2.5, 1, 160);
    gains(&mut limiter, &block);
    assert!(limiter.gain() > before);
    assert_eq!(limiter.gain(), 1.0 / peak(&block));
}

#[test]
fn nan_and_infinity_come_out_as_numbers_and_do_not_stay() {
    let mut limiter = BlockLimiter::new();
    let mut block = [0.5; 80];
    block[10] = f32::NAN;
    block[20] = f32::INFINITY;
    block[30] = f32::NEG_INFINITY;
    let over = over_full_scale(&block);
    limiter.process(&mut block, 1, over);
    assert!(block.iter().all(|y| y.abs() <= 1.0));
    assert_eq!(block[10], 0.0);
    let mut nan = [f32::NAN; 80];
    limiter.process(&mut nan, 1, Some(f32::NAN));
    assert_eq!(nan, [0.0; 80]);
    for _ in 0..6 {
        limiter.process(&mut [0.5; 80], 1, None);
    }
    assert_eq!(limiter.gain(), 1.0);
    limiter.process(&mut [], 1, Some(2.0));
    limiter.process(&mut [3.0; 3], 0, Some(3.0));
    limiter.reset();
    assert_eq!(limiter, BlockLimiter::default());
}

#[test]
fn each_path_gives_the_same() {
    let apply = on_each_path!(apply_body, fn(pcm: &mut [f32], gain: f32, step: f32, least: f32) -> ());
    let first = on_each_path!(first_over_body, fn(pcm: &[f32], bound: f32) -> usize);
    let mut numbers = Numbers(33);
    for length in 0..120 {
        let block = numbers.wild_frame(length);
        let mut want = block.clone();
        apply_body(&mut want, 0.9, -0.01, 0.2);
        for (path, apply) in &apply {
            let mut out = block.clone();
            apply(&mut out, 0.9, -0.01, 0.2);
            assert!(same(&out, &want), "{path}");
        }
        let where_first = block.iter().position(|x| x.abs() > 1.1).unwrap_or(length);
        for (path, first_over) in &first {
            assert_eq!(first_over(&block, 1.1), where_first, "{path}");
        }
    }
}

/// A second block that is louder still: the gain falls until the first sample that would go over at the gain there is.
#[test]
fn a_gain_that_is_low_already_falls_no_sooner_than_it_has_to() {
    let mut limiter = BlockLimiter::new();
    gains(&mut limiter, &[2.0; 80]);
    assert_eq!(limiter.gain(), 0.5);
    let mut block = [1.5; 80];
    block[60..].fill(4.0);
    let gains = gains(&mut limiter, &block);
    assert!(gains[30] > 0.35 && limiter.gain() == 0.25, "{} in the midst of the way down", gains[30]);
}
