//! Control: what mixing a conference costs, whole room, per member and 20 ms (two blocks of 160 samples at 16 kHz).
//! `cargo bench --bench mixer -- [--json] [--quick] [--filter TEXT]`.
//!
//! Everyone talks, and everyone hears the sum of the others. Peers are the bare loops that know nothing but to add, to
//! take out and to cut, compiled for the same instruction sets as ours: over the same f32 frames, and over i16 frames
//! (half the memory, and no conversion) as telephony mixers have them.

mod support;

use media_core::conference::{Bus, Limiter, Share};
use multiversion::multiversion;
use std::hint::black_box;
use support::{Bench, Unit};

/// 10 ms at 16 kHz.
const BLOCK: usize = 160;
/// Blocks in 20 ms.
const BLOCKS: f64 = 2.0;

fn main() {
    let mut bench = Bench::from_args("mixer");
    for members in [8, 64, 512] {
        bare(&mut bench, members);
    }
    full(&mut bench, "mix_16k_n64_full", 64, 0.5 / 64.0);
    full(&mut bench, "mix_16k_n64_limiting", 64, 0.1);
    bench.finish();
}

fn unit(members: usize) -> Unit {
    Unit { name: "ns per member and 20 ms", per: members as f64 / BLOCKS }
}

/// Tones of different pitch, each of `peak`.
fn talkers(members: usize, peak: f32) -> Vec<[f32; BLOCK]> {
    (0..members).map(|m| std::array::from_fn(|i| peak * ((i * (m + 3)) as f32 * 0.013).sin())).collect()
}

/// Sum and outputs only.
fn bare(bench: &mut Bench, members: usize) {
    let pcm = talkers(members, 0.5 / members as f32);
    let pcm_i16: Vec<[i16; BLOCK]> = pcm.iter().map(|frame| frame.map(|x| (x * 32_768.0) as i16)).collect();
    let mut bus = Bus::new();
    let mut shares: Vec<Share> = Vec::with_capacity(members);
    let (mut ours, mut peers) = (vec![[0.0; BLOCK]; members], vec![[0.0; BLOCK]; members]);
    let mut peers_i16 = vec![[0; BLOCK]; members];
    bench.compare(
        &format!("mix_16k_n{members}"),
        unit(members),
        &mut [
            ("ours", &mut || {
                let pcm = black_box(&pcm);
                bus.open(BLOCK);
                shares.clear();
                shares.extend(pcm.iter().map(|frame| bus.add(frame, 1.0)));
                bus.seal();
                for ((frame, share), out) in pcm.iter().zip(&shares).zip(&mut ours) {
                    assert!(bus.without(*share, frame, out).is_none());
                }
                black_box(&mut ours);
            }),
            ("bare f32 loop", &mut || {
                let pcm = black_box(&pcm);
                let mut sum = [0; BLOCK];
                pcm.iter().for_each(|frame| bare_add(&mut sum, frame));
                pcm.iter().zip(&mut peers).for_each(|(frame, out)| bare_without(&sum, frame, out));
                black_box(&mut peers);
            }),
            ("i16", &mut || {
                let pcm = black_box(&pcm_i16);
                let mut sum = [0; BLOCK];
                pcm.iter().for_each(|frame| bare_add_i16(&mut sum, frame));
                pcm.iter().zip(&mut peers_i16).for_each(|(frame, out)| bare_without_i16(&sum, frame, out));
                black_box(&mut peers_i16);
            }),
        ],
    );
}

/// With a gain for each member, its level, and a limiter behind each output, at rest or at work depending on `peak`.
fn full(bench: &mut Bench, name: &str, members: usize, peak: f32) {
    let pcm = talkers(members, peak);
    let gains: Vec<f32> = (0..members).map(|m| 0.9 + 0.2 * m as f32 / members as f32).collect();
    let mut bus = Bus::new();
    let mut shares: Vec<Share> = Vec::with_capacity(members);
    let mut levels = vec![0.0; members];
    let mut limiters = vec![Limiter::new(); members];
    let mut outs = vec![[0.0; BLOCK]; members];
    bench.compare(
        name,
        unit(members),
        &mut [("ours", &mut || {
            let pcm = black_box(&pcm);
            bus.open(BLOCK);
            shares.clear();
            for ((frame, gain), level) in pcm.iter().zip(&gains).zip(&mut levels) {
                let (share, mean_square) = bus.add_metered(frame, *gain);
                shares.push(share);
                *level = mean_square;
            }
            bus.seal();
            for (((frame, share), out), limiter) in pcm.iter().zip(&shares).zip(&mut outs).zip(&mut limiters) {
                let over = bus.without(*share, frame, out);
                limiter.process(out, 1, over);
            }
            black_box((&mut outs, &mut levels));
        })],
    );
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
