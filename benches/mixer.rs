//! Control: what mixing a conference costs, whole room, per member and 20 ms (two blocks of 160 samples at 16 kHz).
//! `cargo bench --bench mixer -- [--json] [--quick] [--filter TEXT]`.
//!
//! Everyone talks, and everyone hears the sum of the others. Peers are the bare loops that know nothing but to add, to
//! take out and to cut, compiled for the same instruction sets as ours: over the same f32 frames, and over i16 frames
//! (half the memory, and no conversion) as telephony mixers have them.

// The lint wall of clippy.toml is for real-time modules of the library.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

#[path = "support/pjmedia.rs"]
mod pjmedia;
mod support;

use media_core::conference::{Bus, Share};
use media_core::processing::effects::BlockLimiter;
use multiversion::multiversion;
use pjmedia::{Pjmedia, Room};
use std::hint::black_box;
use support::{Bench, Cost, Unit};

/// 10 ms at 16 kHz.
const BLOCK: usize = 160;
/// Blocks in 20 ms.
const BLOCKS: f64 = 2.0;

fn main() {
    let mut bench = Bench::from_args("mixer");
    for members in [8, 64, 512] {
        bare(&mut bench, members);
    }
    full_vs_pjmedia(&mut bench, "mix_16k_n64_full", 64, 0.5 / 64.0);
    full(&mut bench, "mix_16k_n64_limiting", 64, 0.1);
    bench.finish();
}

fn unit(members: usize) -> Unit {
    Unit { name: "ns per member and 20 ms", per: members as f64 / BLOCKS }
}

/// Tones of different pitch, each of `peak`.
fn talkers(members: usize, peak: f32) -> Vec<f32> {
    let tone = |m: usize| (0..BLOCK).map(move |i| peak * ((i * (m + 3)) as f32 * 0.013).sin());
    (0..members).flat_map(tone).collect()
}

/// Frames in and room for as many out, in one piece of memory and half a page apart. Where they happen to lie a whole
/// number of pages apart the processor takes loads for dependent on stores, and what is measured is the allocator's luck.
struct Frames<T> {
    memory: Vec<T>,
    outputs: usize,
}

impl<T: Copy + Default> Frames<T> {
    fn new(inputs: &[T]) -> Self {
        let page = 4_096 / size_of::<T>();
        let outputs = inputs.len().next_multiple_of(page) + page / 2;
        let mut memory = inputs.to_vec();
        memory.resize(outputs + inputs.len(), T::default());
        Self { memory, outputs }
    }

    /// The frames in, and those out.
    fn split(&mut self) -> (std::slice::ChunksExact<'_, T>, std::slice::ChunksExactMut<'_, T>) {
        let outputs = self.outputs;
        let (inputs, out) = black_box(&mut self.memory).split_at_mut(outputs);
        let inputs = &inputs[..out.len()];
        (inputs.chunks_exact(BLOCK), out.chunks_exact_mut(BLOCK))
    }
}

/// Sum and outputs only.
fn bare(bench: &mut Bench, members: usize) {
    let pcm = talkers(members, 0.5 / members as f32);
    let pcm_i16: Vec<i16> = pcm.iter().map(|x| (x * 32_768.0) as i16).collect();
    let (mut ours, mut peers, mut peers_i16) = (Frames::new(&pcm), Frames::new(&pcm), Frames::new(&pcm_i16));
    let mut bus = Bus::new();
    let mut shares: Vec<Share> = Vec::with_capacity(members);
    bench.compare(
        &format!("mix_16k_n{members}"),
        unit(members),
        &mut [
            ("ours", &mut || {
                let (pcm, out) = ours.split();
                bus.open(BLOCK);
                shares.clear();
                shares.extend(pcm.clone().map(|frame| bus.add(frame, 1.0)));
                bus.seal();
                for ((frame, share), out) in pcm.zip(&shares).zip(out) {
                    assert!(bus.without(*share, frame, out).is_none());
                }
            }),
            ("bare f32 loop", &mut || {
                let (pcm, out) = peers.split();
                let mut sum = [0; BLOCK];
                pcm.clone().for_each(|frame| bare_add(&mut sum, frame));
                pcm.zip(out).for_each(|(frame, out)| bare_without(&sum, frame, out));
            }),
            ("i16", &mut || {
                let (pcm, out) = peers_i16.split();
                let mut sum = [0; BLOCK];
                pcm.clone().for_each(|frame| bare_add_i16(&mut sum, frame));
                pcm.zip(out).for_each(|(frame, out)| bare_without_i16(&sum, frame, out));
            }),
        ],
    );
}

/// With a gain for each member, its level, and a limiter behind each output, at rest or at work depending on `peak`.
fn full(bench: &mut Bench, name: &str, members: usize, peak: f32) -> Option<Cost> {
    let mut frames = Frames::new(&talkers(members, peak));
    let gains: Vec<f32> = (0..members).map(|m| 0.9 + 0.2 * m as f32 / members as f32).collect();
    let mut bus = Bus::new();
    let mut shares: Vec<Share> = Vec::with_capacity(members);
    let mut levels = vec![0.0; members];
    let mut limiters = vec![BlockLimiter::new(); members];
    bench
        .compare(
            name,
            unit(members),
            &mut [("ours", &mut || {
                let (pcm, out) = frames.split();
                bus.open(BLOCK);
                shares.clear();
                for ((frame, gain), level) in pcm.clone().zip(&gains).zip(&mut levels) {
                    let (share, mean_square) = bus.add_metered(frame, *gain);
                    shares.push(share);
                    *level = mean_square;
                }
                bus.seal();
                for (((frame, share), out), limiter) in pcm.zip(&shares).zip(out).zip(&mut limiters) {
                    let over = bus.without(*share, frame, out);
                    limiter.process(out, 1, over);
                }
                black_box(&mut levels);
            })],
        )
        .map(|costs| costs[0])
}

/// The same beside pjmedia's bridge, whose members are ports of linear PCM with a gain each, before ours and after it. It
/// measures each level, and lowers a sum that does not fit; its frames are those of 20 ms.
fn full_vs_pjmedia(bench: &mut Bench, name: &str, members: usize, peak: f32) {
    let row = format!("{name}_vs_pjmedia");
    if !bench.wants(name) && !bench.wants(&row) {
        return;
    }
    let octets = |frame: &[f32]| frame.iter().flat_map(|x| ((x * 32_768.0) as i16).to_le_bytes()).collect::<Vec<u8>>();
    // A period is two blocks of the same sound.
    let said: Vec<_> = talkers(members, peak).chunks(BLOCK).map(|frame| vec![octets(frame).repeat(2)]).collect();
    let said: Vec<&[Vec<u8>]> = said.iter().map(Vec::as_slice).collect();
    let mut peer = Pjmedia::start(Room { rooms: 1, members, codec: "L16", options: &["gains"] }, &said);
    let mut periods = || peer.as_mut().map(|peer| peer.periods(300)).unwrap_or_default();
    let mut theirs = periods();
    let Some(ours) = full(bench, name, members, peak) else { return };
    theirs.extend(periods());
    let theirs = (!theirs.is_empty()).then(|| Cost::of(theirs).times(1.0 / members as f64));
    bench.periods(&row, unit(members).name, ours, Some(("pjmedia", theirs)));
}

/// 2^15 steps of 16 bits, in Q4: the same resolution as ours.
const FULL_SCALE: f32 = 524_288.0;

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn bare_add(sum: &mut [i32], pcm: &[f32]) {
    for (sum, x) in sum.iter_mut().zip(pcm) {
        *sum += steps(*x);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn bare_without(sum: &[i32], pcm: &[f32], out: &mut [f32]) {
    for ((sum, x), out) in sum.iter().zip(pcm).zip(out) {
        *out = (sum - steps(*x)).clamp(-524_288, 524_287) as f32 * (1.0 / FULL_SCALE);
    }
}

#[inline(always)]
fn steps(x: f32) -> i32 {
    // SAFETY: the bench's samples are finite and far within i32; a checked conversion would slow the peer down.
    unsafe { (x * FULL_SCALE).to_int_unchecked() }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn bare_add_i16(sum: &mut [i32], pcm: &[i16]) {
    for (sum, x) in sum.iter_mut().zip(pcm) {
        *sum += i32::from(*x);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn bare_without_i16(sum: &[i32], pcm: &[i16], out: &mut [i16]) {
    for ((sum, x), out) in sum.iter().zip(pcm).zip(out) {
        *out = (sum - i32::from(*x)).clamp(-32_768, 32_767) as i16;
    }
}
