//! Real-time: the ensemble's vote: two layers over the features, with weights of 8 bits.
//!
//! Weights were fitted to telephone prompts in three languages and read speech, dry and in rooms, in synthetic noises,
//! babble, music and recorded noises; labels came from the level of the clean speech.

use super::features::FEATURES;
use super::weights::{HIDDEN_BIAS, HIDDEN_SCALE, HIDDEN_WEIGHTS, OUTPUT_BIAS, OUTPUT_WEIGHTS};
use crate::processing::audio::fast_math::exp2;
use multiversion::multiversion;
use std::f32::consts::LOG2_E;

/// Units of the hidden layer.
pub(super) const UNITS: usize = 16;

/// The probability of speech by these features.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
pub(super) fn probability(features: &[f32; FEATURES]) -> f32 {
    let mut sums = [0.0; UNITS];
    for (x, weights) in features.iter().zip(&HIDDEN_WEIGHTS) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += x * f32::from(*weight);
        }
    }
    let mut vote = OUTPUT_BIAS;
    for (((sum, scale), bias), weight) in sums.iter().zip(&HIDDEN_SCALE).zip(&HIDDEN_BIAS).zip(&OUTPUT_WEIGHTS) {
        let unit = sum * scale + bias;
        vote += if unit > 0.0 { unit * weight } else { 0.0 };
    }
    1.0 / (1.0 + exp2(-vote * LOG2_E))
}
