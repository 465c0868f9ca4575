//! Real-time: the inner loops that are this network's own, each compiled for several instruction sets and picked at run time.

use super::weights::{GATES, UNITS};
use crate::processing::audio::fast_math::{logistic, tanh};
use multiversion::multiversion;

/// Adds to the sums.
#[inline(always)]
pub(super) fn add<const N: usize>(more: &[f32; N], sums: &mut [f32; N]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// Scales the sums and adds the bias; what is negative is 0.
#[inline(always)]
pub(super) fn rectify<const N: usize>(sums: &mut [f32; N], scale: &[f32; N], bias: &[f32; N]) {
    for ((sum, scale), bias) in sums.iter_mut().zip(scale).zip(bias) {
        *sum = (*sum * scale + bias).max(0.0);
    }
}

/// One step of the memory: gates (in, forget, new, out), by their scale and bias.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
pub(super) fn remember(
    gates: &mut [f32; GATES],
    (scale, bias): (&[f32; GATES], &[f32; GATES]),
    known: &mut [f32; UNITS],
    said: &mut [f32; UNITS],
) {
    for n in 0..GATES {
        gates[n] = gates[n] * scale[n] + bias[n];
    }
    for n in 0..UNITS {
        let (heed, keep) = (logistic(gates[n]), logistic(gates[UNITS + n]));
        let next = keep * known[n] + heed * tanh(gates[2 * UNITS + n]);
        // Nothing gets so small that a processor is slow with it.
        known[n] = if next.abs() > 1e-12 { next } else { 0.0 };
        let tell = logistic(gates[3 * UNITS + n]) * tanh(known[n]);
        said[n] = if tell.abs() > 1e-12 { tell } else { 0.0 };
    }
}
