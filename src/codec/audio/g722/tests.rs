//! Pure: G.722 against the ITU vectors where they are, and against itself where not.

use std::path::PathBuf;

use super::*;
use crate::codec::{AudioDecoder, AudioEncoder, CodecFault};

const MODES: [G722Mode; 3] = [G722Mode::Kbps64, G722Mode::Kbps56, G722Mode::Kbps48];

/// A file of the standard's test data, or `None` (said on standard error) where the data are absent.
fn vector(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("MEDIA_CORE_VECTORS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors")), PathBuf::from);
    let path = root.join("g722").join(name);
    let data = std::fs::read(&path).ok();
    if data.is_none() {
        eprintln!("skipped: {} is absent", path.display());
    }
    data
}

fn words(octets: &[u8]) -> Vec<u16> {
    octets.as_chunks::<2>().0.iter().map(|&w| u16::from_le_bytes(w)).collect()
}

fn samples(octets: &[u8]) -> Vec<f32> {
    words(octets).into_iter().map(|w| f32::from(w as i16) / 32_768.0).collect()
}

/// In 16-bit values, exactly: what is no 16-bit value fails.
fn values(pcm: &[f32]) -> Vec<u16> {
    let value = |s: &f32| {
        let v = s * 32_768.0;
        assert_eq!(v, v.round());
        v as i16 as u16
    };
    pcm.iter().map(value).collect()
}

/// Test configuration 1: both bands get the word's first 15 bits; its last bit is the reset signal.
fn configuration_1(input: &[u16]) -> Vec<u16> {
    let mut coder = SubBandEncoder::new();
    let code = |&word: &u16| {
        if word & 1 == 1 {
            coder = SubBandEncoder::new();
            return 1;
        }
        let sample = word as i16 >> 1;
        u16::from(coder.encode(sample, sample)) << 8
    };
    input.iter().map(code).collect()
}

/// Test configuration 2: the word's first octet is the code, its last bit the reset signal.
fn configuration_2(input: &[u16], mode: G722Mode) -> (Vec<u16>, Vec<u16>) {
    let mut coder = SubBandDecoder::new();
    let decode = |&word: &u16| {
        if word & 1 == 1 {
            coder = SubBandDecoder::new();
            return (1, 1);
        }
        let (rl, rh) = coder.decode((word >> 8) as u8, mode);
        ((rl << 1) as u16, (rh << 1) as u16)
    };
    input.iter().map(decode).unzip()
}

#[test]
fn appendix_2_sequences_of_the_encoder() {
    for (input, expected) in [("bt1c1.xmt", "bt2r1.cod"), ("bt1c2.xmt", "bt2r2.cod")] {
        let (Some(input), Some(expected)) = (vector(input), vector(expected)) else { return };
        assert!(configuration_1(&words(&input)) == words(&expected));
    }
}

#[test]
fn appendix_2_sequences_of_the_decoder() {
    for (input, number) in [("bt2r1.cod", 1), ("bt2r2.cod", 2), ("bt1d3.cod", 3)] {
        let Some(input) = vector(input) else { return };
        let Some(high) = vector(&format!("bt3h{number}.rc0")) else { return };
        for (mode, rate) in MODES.into_iter().zip(1..) {
            let Some(low) = vector(&format!("bt3l{number}.rc{rate}")) else { return };
            let (got_low, got_high) = configuration_2(&words(&input), mode);
            assert!(got_low == words(&low), "sequence {number}, {} kbit/s, lower band", mode.kbps());
            assert!(got_high == words(&high), "sequence {number}, {} kbit/s, higher band", mode.kbps());
        }
    }
}

#[test]
fn speech_through_the_whole_coder() {
    let (Some(input), Some(code)) = (vector("inpsp.bin"), vector("codsp.g722")) else { return };
    assert!(encode(&samples(&input), G722Mode::Kbps64, 160) == code);
    for (mode, number) in MODES.into_iter().zip(1..) {
        let Some(output) = vector(&format!("outsp{number}.bin")) else { return };
        assert!(values(&decode(&code, mode, 80)) == words(&output), "{} kbit/s", mode.kbps());
    }
}

#[test]
fn real_stream_saturates_the_receive_filter() {
    let (Some(code), Some(output)) = (vector("conf-adminmenu-162.g722"), vector("conf-adminmenu-162.stl64.pcm")) else {
        return;
    };
    assert!(values(&decode(&code, G722Mode::Kbps64, 160)) == words(&output));
}

fn encode(pcm: &[f32], mode: G722Mode, chunk: usize) -> Vec<u8> {
    let mut coder = G722Encoder::new(mode);
    let mut out = vec![0; pcm.len() / 2];
    for (pcm, out) in pcm.chunks(chunk).zip(out.chunks_mut(chunk / 2)) {
        assert_eq!(coder.encode_into(pcm, out), Ok(pcm.len() / 2));
    }
    out
}

fn decode(code: &[u8], mode: G722Mode, chunk: usize) -> Vec<f32> {
    let mut coder = G722Decoder::new(mode);
    let mut pcm = vec![0.0; 2 * code.len()];
    for (code, pcm) in code.chunks(chunk).zip(pcm.chunks_mut(2 * chunk)) {
        assert_eq!(coder.decode_into(code, pcm), Ok(2 * code.len()));
    }
    pcm
}

/// A signal of every level: noise and tones, silence, full-scale square waves.
fn stimulus() -> Vec<f32> {
    let mut state = 1u64;
    let sample = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let noise = (state >> 48) as i16;
        let value = match n / 1_600 % 6 {
            0 => noise >> (n / 200 % 8),
            1 => [24_000, -24_000][n / 20 % 2],
            2 => 0,
            3 => [i16::MAX, i16::MIN][n / 3 % 2],
            4 => (n as i16).wrapping_mul(1_237) >> 1,
            _ => [noise >> 3, i16::MIN][n / 5 % 2],
        };
        f32::from(value) / 32_768.0
    };
    (0..19_200).map(sample).collect()
}

/// FNV-1a.
fn hash(octets: impl Iterator<Item = u8>) -> u64 {
    octets.fold(0xCBF2_9CE4_8422_2325, |h, octet| (h ^ u64::from(octet)).wrapping_mul(0x0100_0000_01B3))
}

/// Taken when the Appendix II sequences passed: a clone without them is held to the same bits.
#[test]
fn own_conformance_case() {
    let pcm = stimulus();
    let code = encode(&pcm, G722Mode::Kbps64, 160);
    let decoded = |mode| hash(values(&decode(&code, mode, 80)).into_iter().flat_map(u16::to_le_bytes));
    assert_eq!(hash(code.iter().copied()), 0x8050_8265_5BC5_21D6);
    assert_eq!(MODES.map(decoded), [0x7D2B_3AFE_BEF2_E826, 0xF5FD_E1A9_1B12_7DF6, 0xF9CD_4BE8_7F7F_B23F]);
}

#[test]
fn chunks_of_any_even_size_make_the_same_stream() {
    let pcm = stimulus();
    let code = encode(&pcm, G722Mode::Kbps64, 160);
    let audio = decode(&code, G722Mode::Kbps64, 80);
    for octets in [1, 2, 7, 79, 81, 160, 161, 480] {
        assert!(encode(&pcm, G722Mode::Kbps64, 2 * octets) == code, "encoder, {octets} octets");
        assert!(decode(&code, G722Mode::Kbps64, octets) == audio, "decoder, {octets} octets");
    }
}

#[test]
fn auxiliary_data_are_left_to_the_caller_and_ignored() {
    let pcm = stimulus();
    let whole = encode(&pcm, G722Mode::Kbps64, 160);
    for mode in MODES {
        let data = (1u8 << mode.auxiliary_bits()) - 1;
        let code = encode(&pcm, mode, 160);
        assert!(code.iter().zip(&whole).all(|(&code, &whole)| code == whole & !data));
        let noisy: Vec<u8> = code.iter().zip((0u8..=255).cycle()).map(|(&code, n)| code | (n & data)).collect();
        assert!(decode(&code, mode, 80) == decode(&noisy, mode, 80), "{} kbit/s", mode.kbps());
    }
}

#[test]
fn faults_are_typed_and_leave_the_state() {
    let pcm = stimulus();
    let mut encoder = G722Encoder::new(G722Mode::Kbps64);
    let mut out = [0; 80];
    assert_eq!(encoder.encode_into(&pcm[..159], &mut out), Err(CodecFault::BadFrame));
    assert_eq!(encoder.encode_into(&pcm[..162], &mut out), Err(CodecFault::ShortOutput));
    assert_eq!(encoder.encode_into(&pcm[..160], &mut out), Ok(80));
    let code = encode(&pcm[..160], G722Mode::Kbps64, 160);
    assert_eq!(out[..], code);

    let mut decoder = G722Decoder::new(G722Mode::Kbps64);
    let mut audio = [0.0; 160];
    assert_eq!(decoder.decode_into(&[], &mut audio), Err(CodecFault::BadPayload));
    assert_eq!(decoder.decode_into(&[0; 81], &mut audio), Err(CodecFault::ShortOutput));
    assert_eq!(decoder.decode_into(&code, &mut audio), Ok(160));
    assert_eq!(audio[..], decode(&code, G722Mode::Kbps64, 80));
    assert_eq!(decoder.conceal_into(&mut audio), Err(CodecFault::Unsupported));
}

#[test]
fn reset_is_the_state_after_construction() {
    let pcm = stimulus();
    let mut encoder = G722Encoder::new(G722Mode::Kbps56);
    let mut decoder = G722Decoder::new(G722Mode::Kbps56);
    let run = |encoder: &mut G722Encoder, decoder: &mut G722Decoder| {
        let (mut code, mut audio) = ([0; 800], [0.0; 1_600]);
        encoder.encode_into(&pcm[..1_600], &mut code).unwrap();
        decoder.decode_into(&code, &mut audio).unwrap();
        (code, audio)
    };
    let first = run(&mut encoder, &mut decoder);
    assert!(run(&mut encoder, &mut decoder) != first, "the coder has no memory");
    encoder.reset();
    decoder.reset();
    assert!(run(&mut encoder, &mut decoder) == first);
}

#[test]
fn any_input_gives_finite_output() {
    let mut wild = stimulus();
    for (n, sample) in wild.iter_mut().enumerate() {
        match n % 7 {
            0 => *sample = f32::NAN,
            1 => *sample = f32::INFINITY,
            2 => *sample = -1e30,
            3 => *sample = 1e-40,
            _ => {}
        }
    }
    let code = encode(&wild, G722Mode::Kbps64, 160);
    let random: Vec<u8> = (0..40_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for octets in [code, random, vec![0x00; 8_000], vec![0xFF; 8_000], vec![0x84; 8_000], vec![0xDF; 8_000]] {
        for mode in MODES {
            assert!(decode(&octets, mode, 80).iter().all(|s| (-1.0..1.0).contains(s)));
        }
    }
    assert!(encode(&[f32::NAN; 320], G722Mode::Kbps64, 160) == encode(&[0.0; 320], G722Mode::Kbps64, 160));
}

#[test]
fn tone_comes_back_after_the_stated_delay() {
    let tone: Vec<f32> = (0..8_000).map(|n| 0.3 * (n as f32 * 0.4).sin()).collect();
    let out = decode(&encode(&tone, G722Mode::Kbps64, 160), G722Mode::Kbps64, 80);
    let snr = |delay: usize| {
        let (mut signal, mut noise) = (0.0, 0.0);
        for n in 1_000..7_000 {
            signal += tone[n].powi(2);
            noise += (out[n + delay] - tone[n]).powi(2);
        }
        10.0 * (signal / noise).log10()
    };
    let best = (0..40).max_by(|&a, &b| snr(a).total_cmp(&snr(b))).unwrap();
    assert_eq!(best, 2 * G722Encoder::new(G722Mode::Kbps64).lookahead());
    assert!(snr(best) > 30.0, "{} dB", snr(best));
}
