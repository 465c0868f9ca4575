//! Real-time: G.711 compiled for the instruction sets that pay, the best of which is chosen as the program runs.
//!
//! AVX-512 is left to processors from Ice Lake on (`multiversion`'s rule): on a Cascade Lake it took 40 % off these loops,
//! and 11 % off the clock of everything that ran after them.

use super::{kernel, pairs};
use multiversion::{multiversion, target::match_target};

/// Encodes µ-law; both slices are of one length.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn encode_mu(pcm: &[f32], codes: &mut [u8]) {
    kernel::encode(pcm, codes, kernel::mu_cut, kernel::mu_code);
}

/// Encodes A-law; both slices are of one length.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn encode_a(pcm: &[f32], codes: &mut [u8]) {
    match_target! {
        "x86_64+avx2" => pairs::encode_a(pcm, codes),
        _ => kernel::encode(pcm, codes, kernel::a_cut, kernel::a_code),
    }
}

/// Decodes µ-law; both slices are of one length.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn decode_mu(codes: &[u8], pcm: &mut [f32]) {
    kernel::decode(codes, pcm, kernel::sample_from_mu);
}

/// Decodes A-law; both slices are of one length.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn decode_a(codes: &[u8], pcm: &mut [f32]) {
    kernel::decode(codes, pcm, kernel::sample_from_a);
}
