//! Real-time: one channel's block: split into streams, filter, join the phases.
//!
//! Each output sample is a sum in the order of the table's taps, by a multiplication and an addition per tap; vector
//! instructions work on neighbouring samples of a phase. So every instruction set gives the same result to the bit.

use super::table::{Run, Table};
use multiversion::multiversion;

/// Longest streams with their past, all together: 48 to 8 kHz has 6 of 48 + 80.
const STREAMS: usize = 768;
/// Samples of a block at 48 kHz.
const BLOCK: usize = 480;
/// Output samples of a phase that are summed at once, in five vector registers of eight. Divides every phase.
const TILE: usize = 40;

/// Scratch memory for blocks, one channel after the other.
#[derive(Debug)]
pub(super) struct Work {
    streams: [f32; STREAMS],
    phases: [f32; BLOCK],
}

impl Work {
    #[inline]
    pub(super) fn new() -> Self {
        Self { streams: [0.0; STREAMS], phases: [0.0; BLOCK] }
    }

    /// Converts a block; `past`, `input` and `output` have the lengths that the table says.
    #[inline]
    pub(super) fn convert(&mut self, table: &Table, past: &mut [f32], input: &[f32], output: &mut [f32]) {
        convert(table, &mut self.streams, &mut self.phases, past, input, output);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn convert(
    table: &Table,
    streams: &mut [f32],
    phases: &mut [f32],
    past: &mut [f32],
    input: &[f32],
    output: &mut [f32],
) {
    convert_portable(table, streams, phases, past, input, output);
}

#[inline(always)]
pub(super) fn convert_portable(
    table: &Table,
    streams: &mut [f32],
    phases: &mut [f32],
    past: &mut [f32],
    input: &[f32],
    output: &mut [f32],
) {
    let length = table.past + table.block;
    for (stream, past) in streams.chunks_exact_mut(length).zip(past.chunks_exact(table.past)) {
        stream[..table.past].copy_from_slice(past);
    }
    match table.down {
        1 => split::<1>(input, streams, table),
        2 => split::<2>(input, streams, table),
        3 => split::<3>(input, streams, table),
        4 => split::<4>(input, streams, table),
        _ => split::<6>(input, streams, table),
    }
    if let [only] = &*table.phases {
        filter(only, streams, output);
    } else {
        for (runs, phase) in table.phases.iter().zip(phases.chunks_exact_mut(table.block)) {
            filter(runs, streams, phase);
        }
    }
    match table.up {
        2 => join::<2>(phases, output, table),
        3 => join::<3>(phases, output, table),
        4 => join::<4>(phases, output, table),
        6 => join::<6>(phases, output, table),
        _ => {}
    }
    for (stream, past) in streams.chunks_exact(length).zip(past.chunks_exact_mut(table.past)) {
        past.copy_from_slice(&stream[table.block..]);
    }
}

/// What a filter may take in: not NaN nor so great that a sum could overflow, and no denormals, which are slow.
#[inline(always)]
fn sane(sample: f32) -> f32 {
    let size = sample.abs();
    if size < 1e9 && size > 1e-15 { sample } else { 0.0 }
}

#[inline(always)]
fn split<const DOWN: usize>(input: &[f32], streams: &mut [f32], table: &Table) {
    for (number, stream) in streams.chunks_exact_mut(table.past + table.block).take(DOWN).enumerate() {
        for (slot, group) in stream[table.past..].iter_mut().zip(input.as_chunks::<DOWN>().0) {
            *slot = sane(group[number]);
        }
    }
}

#[inline(always)]
fn join<const UP: usize>(phases: &[f32], output: &mut [f32], table: &Table) {
    for (number, phase) in phases.chunks_exact(table.block).take(UP).enumerate() {
        for (group, sample) in output.as_chunks_mut::<UP>().0.iter_mut().zip(phase) {
            group[number] = *sample;
        }
    }
}

/// One output phase.
#[inline(always)]
fn filter(runs: &[Run], streams: &[f32], phase: &mut [f32]) {
    for (tile, out) in phase.as_chunks_mut::<TILE>().0.iter_mut().enumerate() {
        *out = [0.0; TILE];
        for run in runs {
            let last = run.weights.len() - 1;
            let stretches = |start: usize| streams[start + tile * TILE..][..TILE + last].windows(TILE);
            match run.behind {
                Some(behind) => {
                    let pairs = stretches(run.ahead).zip(stretches(behind - last).rev());
                    add_pairs(out, &run.weights, pairs);
                }
                None => add(out, &run.weights, stretches(run.ahead)),
            }
        }
    }
}

#[inline(always)]
fn add<'a>(out: &mut [f32; TILE], weights: &[f32], stretches: impl Iterator<Item = &'a [f32]>) {
    let mut sums = *out;
    for (weight, samples) in weights.iter().zip(stretches) {
        for (sum, sample) in sums.iter_mut().zip(samples) {
            *sum += weight * sample;
        }
    }
    *out = sums;
}

#[inline(always)]
fn add_pairs<'a>(out: &mut [f32; TILE], weights: &[f32], pairs: impl Iterator<Item = (&'a [f32], &'a [f32])>) {
    let mut sums = *out;
    for (weight, (ahead, behind)) in weights.iter().zip(pairs) {
        for ((sum, ahead), behind) in sums.iter_mut().zip(ahead).zip(behind) {
            *sum += weight * (ahead + behind);
        }
    }
    *out = sums;
}
