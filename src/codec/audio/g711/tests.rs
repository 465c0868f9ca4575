//! Pure: both laws against the Recommendation, exhaustively, on every instruction set.

use super::*;
use super::{kernel, pairs};
use std::path::PathBuf;

/// G.711 table 2 (µ-law) and table 1 (A-law) by search: the decision values of a law are walked from the bottom, as the
/// tables print them, until the one that the magnitude does not reach.
mod reference {
    use super::Law;

    /// Upper decision value of each positive interval and its quantized value, in the scale of the Recommendation
    /// (µ-law 14 bits, A-law 13 bits), smallest first: segments of 16 intervals whose step doubles.
    pub fn intervals(law: Law) -> Vec<(i32, i32)> {
        let mut rows = Vec::new();
        let mut x = 0;
        for segment in 0..8 {
            let step = match law {
                Law::Mu => 2 << segment,
                Law::A => 2 << i32::max(segment - 1, 0),
            };
            for k in 0..16 {
                // Table 2a: the first µ-law interval is of one unit only and decodes to 0.
                let upper = if law == Law::Mu && (segment, k) == (0, 0) { x + 1 } else { x + step };
                let value = if upper == 1 { 0 } else { (x + upper) / 2 };
                rows.push((upper, value));
                x = upper;
            }
        }
        rows
    }

    /// Octet for interval `number` (0 is nearest zero): µ-law inverts all bits, A-law the even ones (clause 3.2, 3.3).
    pub fn octet(law: Law, number: usize, negative: bool) -> u8 {
        let character = number as u8 | if negative { 0 } else { 0x80 };
        match law {
            Law::Mu => character ^ 0x7f,
            Law::A => character ^ 0x55,
        }
    }

    /// 16 bits onto the Recommendation's scale: µ-law is defined on 14, A-law on 13 bits (here 4,096 as in table 1).
    fn to_16_bits(law: Law) -> i32 {
        match law {
            Law::Mu => 4,
            Law::A => 8,
        }
    }

    pub fn encode(law: Law, pcm: i16) -> u8 {
        let negative = pcm < 0;
        let magnitude = i32::from(if negative { !pcm } else { pcm }) / to_16_bits(law);
        let rows = intervals(law);
        let number = rows.iter().position(|&(upper, _)| magnitude < upper).unwrap_or(127);
        octet(law, number, negative)
    }

    pub fn decode(law: Law, code: u8) -> i16 {
        for (number, (_, value)) in intervals(law).into_iter().enumerate() {
            for negative in [false, true] {
                if octet(law, number, negative) == code {
                    let value = value * to_16_bits(law);
                    return if negative { -value } else { value } as i16;
                }
            }
        }
        unreachable!("every octet is a code")
    }
}

const LAWS: [Law; 2] = [Law::Mu, Law::A];

type Encode = fn(&[f32], &mut [u8]);
type Decode = fn(&[u8], &mut [f32]);

/// Compiles a kernel of its own for AVX-512 as far as processors before Ice Lake have it; `multiversion` picks its
/// AVX-512 version from Ice Lake on only, where "best" tests it.
macro_rules! avx512 {
    ($paths:expr, $run:ident($from:ty, $to:ty), $($stage:path),+) => {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
            #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
            fn run(x: &[$from], y: &mut [$to]) {
                kernel::$run(x, y, $($stage),+);
            }
            // SAFETY: the features were detected above.
            $paths.push(("AVX-512", |x, y| unsafe { run(x, y) }));
        }
    };
}

/// Every compiled path: the dispatched one (the best that this machine has), the baseline (the kernel inlined here
/// without a target feature), and AVX-512.
fn encoders(law: Law) -> Vec<(&'static str, Encode)> {
    let mut paths: Vec<(&'static str, Encode)> = Vec::new();
    match law {
        Law::Mu => {
            paths.push(("best", compiled::encode_mu));
            paths.push(("baseline", |x, y| kernel::encode(x, y, kernel::mu_cut, kernel::mu_code)));
            avx512!(paths, encode(f32, u8), kernel::mu_cut, kernel::mu_code);
        }
        Law::A => {
            paths.push(("best", compiled::encode_a));
            paths.push(("baseline", |x, y| kernel::encode(x, y, kernel::a_cut, kernel::a_code)));
            paths.push(("pairs", pairs::encode_a));
            avx512!(paths, encode(f32, u8), kernel::a_cut, kernel::a_code);
        }
    }
    paths
}

fn decoders(law: Law) -> Vec<(&'static str, Decode)> {
    let mut paths: Vec<(&'static str, Decode)> = Vec::new();
    match law {
        Law::Mu => {
            paths.push(("best", compiled::decode_mu));
            paths.push(("baseline", |x, y| kernel::decode(x, y, kernel::sample_from_mu)));
            avx512!(paths, decode(u8, f32), kernel::sample_from_mu);
        }
        Law::A => {
            paths.push(("best", compiled::decode_a));
            paths.push(("baseline", |x, y| kernel::decode(x, y, kernel::sample_from_a)));
            avx512!(paths, decode(u8, f32), kernel::sample_from_a);
        }
    }
    paths
}

fn every_pcm16() -> Vec<i16> {
    (i16::MIN..=i16::MAX).collect()
}

fn as_f32(pcm: &[i16]) -> Vec<f32> {
    pcm.iter().map(|&s| f32::from(s) / 32_768.0).collect()
}

fn as_i16(pcm: &[f32]) -> Vec<i16> {
    pcm.iter().map(|&s| (s * 32_768.0) as i16).collect()
}

fn vectors() -> Option<PathBuf> {
    let root = std::env::var_os("MEDIA_CORE_VECTORS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"), PathBuf::from);
    let folder = root.join("g711");
    if folder.is_dir() {
        Some(folder)
    } else {
        println!("skipped: no vectors in {}", folder.display());
        None
    }
}

#[test]
fn every_16_bit_value_is_encoded_as_the_recommendation_says() {
    let pcm = every_pcm16();
    for law in LAWS {
        let want: Vec<u8> = pcm.iter().map(|&s| reference::encode(law, s)).collect();
        for (path, encode) in encoders(law) {
            let mut got = vec![0; pcm.len()];
            encode(&as_f32(&pcm), &mut got);
            assert!(got == want, "{law:?}, {path} path");
        }
    }
}

/// The twin of the test above: it tells the rule of the Recommendation from the widespread one that cuts negative
/// values by two's complement.
#[test]
fn negative_values_are_cut_by_ones_complement() {
    let differing = |law| {
        let twos =
            |s: i16| if s < 0 { reference::encode(law, s.saturating_neg()) ^ 0x80 } else { reference::encode(law, s) };
        let mut got = [0];
        let mut encoder = G711Encoder::new(law);
        let differs = |s: i16| {
            encoder.encode_into(&as_f32(&[s]), &mut got).unwrap();
            got[0] != twos(s)
        };
        every_pcm16().into_iter().map(differs).filter(|&d| d).count()
    };
    // One for each decision value between two intervals.
    assert_eq!((differing(Law::Mu), differing(Law::A)), (127, 127));
}

#[test]
fn every_code_is_decoded_as_the_recommendation_says() {
    let codes: Vec<u8> = (0..=255).collect();
    for law in LAWS {
        let want: Vec<i16> = codes.iter().map(|&c| reference::decode(law, c)).collect();
        for (path, decode) in decoders(law) {
            let mut got = vec![f32::NAN; 256];
            decode(&codes, &mut got);
            assert_eq!(got, as_f32(&want), "{law:?}, {path} path");
        }
    }
}

#[test]
fn the_itu_vectors_agree_both_ways() {
    let Some(folder) = vectors() else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let words =
        |name: &str| -> Vec<i16> { read(name).chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect() };
    for (law, suffix, sweep) in [(Law::Mu, "ulaw", "u"), (Law::A, "alaw", "a")] {
        let mut encoder = G711Encoder::new(law);
        let mut decoder = G711Decoder::new(law);
        let mut encode = |pcm: &[i16]| {
            let mut out = vec![0; pcm.len()];
            assert_eq!(encoder.encode_into(&as_f32(pcm), &mut out), Ok(pcm.len()));
            out
        };
        let mut decode = |codes: &[u8]| {
            let mut out = vec![f32::NAN; codes.len()];
            assert_eq!(decoder.decode_into(codes, &mut out), Ok(codes.len()));
            as_i16(&out)
        };
        assert!(encode(&words("all_pcm16.raw")) == read(&format!("all_pcm16.{suffix}")), "{law:?} all values");
        assert_eq!(decode(&read("all_codes.raw")), words(&format!("all_codes.{suffix}.pcm")), "{law:?} all codes");
        let codes: Vec<u8> = words(&format!("sweep-r.{sweep}")).iter().map(|&w| w as u8).collect();
        assert!(encode(&words("sweep.src")) == codes, "{law:?} sweep");
        assert!(decode(&codes) == words(&format!("sweep-r.re{sweep}")), "{law:?} sweep back");
    }
}

#[test]
fn a_decoded_code_encodes_to_itself() {
    for law in LAWS {
        let codes: Vec<u8> = (0..=255).collect();
        let mut pcm = [0.0; 256];
        let mut again = [0; 256];
        G711Decoder::new(law).decode_into(&codes, &mut pcm).unwrap();
        G711Encoder::new(law).encode_into(&pcm, &mut again).unwrap();
        // µ-law has two codes for zero; the negative one cannot come back from linear.
        let want: Vec<u8> = codes.iter().map(|&c| if law == Law::Mu && c == 0x7f { 0xff } else { c }).collect();
        assert_eq!(again.as_slice(), want, "{law:?}");
    }
}

#[test]
fn samples_round_to_16_bits_half_to_even_and_saturate() {
    // Quarter steps over the whole range and beyond, and every odd value that a stage before might leave.
    let mut pcm: Vec<f32> = (-140_000..140_000).map(|q| q as f32 / 4.0 / 32_768.0).collect();
    pcm.extend([
        f32::NAN,
        -f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        -0.0,
        1e-40,
        -1e-40,
        f32::MIN_POSITIVE,
        300.3,
        -1e9,
    ]);
    let rounded: Vec<i16> = pcm.iter().map(|&x| (x * 32_768.0).round_ties_even() as i16).collect();
    for law in LAWS {
        let mut slow = std::collections::HashMap::new();
        for (path, encode) in encoders(law) {
            let mut got = vec![0; pcm.len()];
            encode(&pcm, &mut got);
            for ((&x, &s), &code) in pcm.iter().zip(&rounded).zip(&got) {
                let want = *slow.entry(s).or_insert_with(|| reference::encode(law, s));
                assert_eq!(code, want, "{law:?}, {path} path: {x} as {s}");
            }
        }
    }
}

#[test]
fn any_length_is_taken_and_nothing_else_is_written() {
    let pcm: Vec<f32> = (0..200).map(|i| (i as f32 * 0.37).sin()).collect();
    for law in LAWS {
        let (mut encoder, mut decoder) = (G711Encoder::new(law), G711Decoder::new(law));
        let mut whole = [0; 200];
        encoder.encode_into(&pcm, &mut whole).unwrap();
        for n in 0..=pcm.len() {
            let mut codes = [0xaa; 201];
            assert_eq!(encoder.encode_into(&pcm[..n], &mut codes), Ok(n));
            assert_eq!(codes[..n], whole[..n]);
            assert!(codes[n..].iter().all(|&c| c == 0xaa));
            let mut back = [7.0; 201];
            assert_eq!(decoder.decode_into(&codes[..n], &mut back), Ok(n));
            assert_eq!(decoder.payload_samples(&codes[..n]), Ok(n));
            assert!(back[..n].iter().all(|s| s.abs() <= 1.0));
            assert!(back[n..].iter().all(|&s| s == 7.0));
        }
    }
}

#[test]
fn a_short_output_is_refused_and_left_alone() {
    let mut codes = [1; 79];
    let mut pcm = [1.0; 79];
    assert_eq!(G711Encoder::new(Law::Mu).encode_into(&[0.5; 80], &mut codes), Err(CodecFault::ShortOutput));
    assert_eq!(G711Decoder::new(Law::A).decode_into(&[0; 80], &mut pcm), Err(CodecFault::ShortOutput));
    assert_eq!((codes, pcm), ([1; 79], [1.0; 79]));
}
