//! Pure: the kernel of each instruction set against the slow way, over lengths and samples of every kind.

use super::*;
use crate::processing::tests::{Numbers, on_each_path, same};

const GAINS: [f32; 6] = [1.0, 0.0, 0.3, 0.999, 2.5, 16.0];

/// The share as the module's doc defines it.
fn reference_share(x: f32, gain: f32) -> i32 {
    cut_share(x, gain, 1)
}

/// The same, cut at so many times full scale.
fn cut_share(x: f32, gain: f32, most: i32) -> i32 {
    let x = x * gain;
    if x.is_nan() {
        return 0;
    }
    let steps = (f64::from(x) * f64::from(FULL_SCALE)).round_ties_even();
    steps.clamp(f64::from(-FULL_SCALE * most), f64::from(FULL_SCALE * most - 1)) as i32
}

fn is_quick(pcm: &[f32], gain: f32) -> bool {
    pcm.iter().all(|&x| {
        let steps = (f64::from(x * gain) * f64::from(FULL_SCALE)).round_ties_even();
        (f64::from(-FULL_SCALE)..f64::from(FULL_SCALE)).contains(&steps)
    })
}

/// Frames of each length up to a few vectors, tame and wild, with a gain.
fn cases() -> impl Iterator<Item = (Vec<f32>, f32)> {
    let mut numbers = Numbers(1);
    (0..=100_usize).chain([160, 240, 480]).flat_map(move |length| {
        let gain = GAINS[numbers.below(GAINS.len())];
        let fit = numbers.frame(length, 0.999 / gain.max(1.0));
        [(fit.clone(), 1.0), (fit, gain), (numbers.frame(length, 1.1), gain), (numbers.wild_frame(length), gain)]
    })
}

/// Adds as `Bus::add` does.
fn add(sum: &mut [i32], pcm: &[f32], gain: f32) -> bool {
    let quick = add_quick(sum, pcm, gain);
    if !quick {
        replace(sum, pcm, gain, 1.0);
    }
    quick
}

#[test]
fn careful_shares_are_rounded_and_cut_as_stated() {
    let mut numbers = Numbers(2);
    for x in numbers.wild_frame(100_000) {
        assert_eq!(careful(x, 1.0), reference_share(x, 1.0), "{x}");
        assert_eq!(careful(x, 16.0), cut_share(x, 1.0, 16), "{x}");
        assert_eq!(careful(16.0 * x, 16.0), cut_share(x, 16.0, 16), "{x}");
    }
    // Every half step and its neighbours in a part of the range.
    for halves in -4_001..4_000 {
        let x = halves as f32 * 0.5 * STEP;
        for x in [x.next_down(), x, x.next_up()] {
            assert_eq!(careful(x, 1.0), reference_share(x, 1.0), "{x}");
        }
    }
}

#[test]
fn adding_is_alike_on_each_path() {
    let quick_paths = on_each_path!(add_quick_body, fn(sum: &mut [i32], pcm: &[f32], gain: f32) -> bool);
    let replace_paths = on_each_path!(replace_body, fn(sum: &mut [i32], pcm: &[f32], gain: f32, most: f32) -> ());
    let mut numbers = Numbers(3);
    for (pcm, gain) in cases() {
        let before: Vec<i32> = pcm.iter().map(|_| numbers.bits() as i32).collect();
        let want: Vec<i32> = before
            .iter()
            .zip(&pcm)
            .map(|(sum, &x)| sum.wrapping_add(reference_share(x, gain)).wrapping_add(FULL_SCALE))
            .collect();
        for ((path, add_quick), (_, replace)) in quick_paths.iter().zip(&replace_paths) {
            let mut sum = before.clone();
            let quick = add_quick(&mut sum, &pcm, gain);
            assert_eq!(quick, is_quick(&pcm, gain), "{path}, {} samples", pcm.len());
            let mut wide = sum.clone();
            if !quick {
                replace(&mut sum, &pcm, gain, 1.0);
                replace(&mut wide, &pcm, gain, 16.0);
            }
            assert_eq!(sum, want, "{path}, {} samples, gain {gain}", pcm.len());
            let share = |sum: &i32, x: &f32| sum.wrapping_add(cut_share(*x, gain, 16)).wrapping_add(FULL_SCALE);
            let want: Vec<i32> = before.iter().zip(&pcm).map(|(sum, x)| share(sum, x)).collect();
            assert_eq!(wide, want, "{path}, {} samples, gain {gain}, up to 16 times full scale", pcm.len());
        }
        let mut sum = before;
        add(&mut sum, &pcm, gain);
        assert_eq!(sum, want, "dispatched");
    }
}

#[test]
fn metering_changes_nothing_but_measures() {
    let paths = on_each_path!(add_quick_metered_body, fn(sum: &mut [i32], pcm: &[f32], gain: f32) -> (bool, f32));
    for (pcm, gain) in cases() {
        let mut want = vec![7; pcm.len()];
        let quick = add_quick(&mut want, &pcm, gain);
        let squares: f64 = pcm.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let (_, first) = paths[0].1(&mut vec![0; pcm.len()], &pcm, gain);
        assert_eq!(first.is_finite(), squares < f64::from(f32::MAX), "{squares}");
        if first.is_finite() {
            assert!((f64::from(first) - squares).abs() <= 1e-5 * squares, "{first} {squares}");
        }
        for (path, metered) in &paths {
            let mut sum = vec![7; pcm.len()];
            let (same_quick, squares) = metered(&mut sum, &pcm, gain);
            assert_eq!((same_quick, &sum), (quick, &want), "{path}");
            assert!(same(&[squares], &[first]), "{path}: {squares} {first}");
        }
    }
}

#[test]
fn sealing_and_taking_out_are_alike_on_each_path() {
    let seal_paths = on_each_path!(seal_body, fn(sum: &mut [i32], members: u32) -> bool);
    let quick_paths =
        on_each_path!(without_quick_body, fn(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> bool);
    let loud_paths = on_each_path!(without_loud_body, fn(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> f32);
    let any_paths =
        on_each_path!(without_body, fn(sum: &[i32], pcm: &[f32], gain: f32, most: f32, out: &mut [f32]) -> f32);
    let whole_paths = on_each_path!(whole_body, fn(sum: &[i32], out: &mut [f32]) -> f32);
    let mut numbers = Numbers(4);
    for (pcm, gain) in cases() {
        // Others that fit beside the member, and others that do not.
        for peak in [0.2, 0.0, 1.0] {
            let others = numbers.frame(pcm.len(), peak);
            let mut raw = vec![0; pcm.len()];
            add(&mut raw, &others, 1.0);
            let quick = add(&mut raw, &pcm, gain);
            let shares: Vec<i32> = pcm.iter().map(|&x| reference_share(x, gain)).collect();
            let rest: Vec<i32> = others.iter().map(|&x| reference_share(x, 1.0)).collect();
            let total: Vec<i32> = rest.iter().zip(&shares).map(|(a, b)| a + b).collect();
            let samples = |steps: &[i32]| steps.iter().map(|&s| s as f32 * STEP).collect::<Vec<f32>>();
            let peak = |steps: &[i32]| steps.iter().map(|s| s.abs()).max().unwrap_or(0) as f32 * STEP;
            let fits = |steps: &[i32]| steps.iter().all(|s| (-FULL_SCALE..FULL_SCALE).contains(s));
            for (i, (path, seal)) in seal_paths.iter().enumerate() {
                let mut sum = raw.clone();
                assert_eq!(seal(&mut sum, 2), fits(&total), "{path}");
                assert!(sum.iter().map(|&s| unsealed(s)).eq(total.iter().copied()), "{path}");

                let mut out = vec![f32::NAN; pcm.len()];
                assert_eq!(any_paths[i].1(&sum, &pcm, gain, 1.0, &mut out), peak(&rest), "{path}");
                assert!(same(&out, &samples(&rest)), "{path}");
                assert_eq!(whole_paths[i].1(&sum, &mut out), peak(&total), "{path}");
                assert!(same(&out, &samples(&total)), "{path}");
                if quick {
                    assert_eq!(loud_paths[i].1(&sum, &pcm, gain, &mut out), peak(&rest), "{path}");
                    assert!(same(&out, &samples(&rest)), "{path}");
                }
                if quick && fits(&total) {
                    out.fill(f32::NAN);
                    assert_eq!(quick_paths[i].1(&sum, &pcm, gain, &mut out), fits(&rest), "{path}");
                    assert!(!fits(&rest) || same(&out, &samples(&rest)), "{path}");
                }
            }
        }
    }
}

#[test]
fn the_quick_way_out_sees_every_sample_that_goes_over() {
    // One sample over, at every place: the total fits, the rest does not.
    for over in [-1.0, 1.0_f32] {
        for at in 0..80 {
            let mut others = [0.0; 80];
            let mut member = [0.0; 80];
            others[at] = over * 0.75;
            member[at] = -over * 0.5;
            let mut sum = [0; 80];
            let mut out = [0.0; 80];
            for frame in [&others, &others, &member] {
                assert!(add(&mut sum, frame, 1.0));
            }
            // The total is twice 0.75 less 0.5: full scale exactly, which only the negative side holds.
            assert_eq!(seal(&mut sum, 3), over < 0.0);
            if over < 0.0 {
                assert!(!without_quick(&sum, &member, 1.0, &mut out));
            }
            assert_eq!(without_loud(&sum, &member, 1.0, &mut out), 1.5);
            assert_eq!(out[at], over * 1.5);
        }
    }
}
