use std::path::PathBuf;

use super::*;
use crate::codec::{AudioDecoder, AudioEncoder, CodecFault};

const MODES: [G722Mode; 3] = [G722Mode::Kbps64, G722Mode::Kbps56, G722Mode::Kbps48];

/// A file of the standard's test data, or `None` (said on standard error) where the data are absent.
fn vector(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("MEDIA_CORE_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors")),
        PathBuf::from,
    );
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
