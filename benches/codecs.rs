//! Control: what the codecs cost, beside the classic way of each. `cargo bench --bench codecs -- [--json] [--quick]`.

#[path = "support/peers.rs"]
mod peers;
mod support;

use media_core::codec::audio::g711::{G711Decoder, G711Encoder, Law};
use media_core::codec::audio::g722::{G722Decoder, G722Encoder, G722Mode};
use media_core::codec::audio::g729::{G729Decoder, G729Encoder};
use media_core::codec::{AudioDecoder, AudioEncoder};
use peers::{Bcg729, SpandspG722};
use std::hint::black_box;
use support::{Bench, Unit};

/// Samples of 20 ms at 8 kHz.
const FRAME: usize = 160;
const NS_PER_FRAME: Unit = Unit { name: "ns per 160 samples", per: 1.0 };
const NS_PER_20_MS: Unit = Unit { name: "ns per 20 ms", per: 1.0 };

fn main() {
    let mut bench = Bench::from_args("codecs");
    for (law, name) in [(Law::Mu, "pcmu"), (Law::A, "pcma")] {
        g711(&mut bench, law, name);
    }
    g722(&mut bench);
    g729(&mut bench);
    bench.finish();
}

/// G.711 beside the loop that most projects have: a look-up in a table of 65,536 octets, or of 256 samples, from i16 and
/// to i16, without the step from and to f32 that is part of ours.
fn g711(bench: &mut Bench, law: Law, name: &str) {
    let (mut encoder, mut decoder) = (G711Encoder::new(law), G711Decoder::new(law));
    let mut encode_table = vec![0_u8; 65_536];
    let every: Vec<f32> = (0..=u16::MAX).map(|i| f32::from(i as i16) / 32_768.0).collect();
    encoder.encode_into(&every, &mut encode_table).expect("one octet a sample");
    let mut decode_table = [0_i16; 256];
    let mut all = [0.0; 256];
    decoder.decode_into(&std::array::from_fn::<u8, 256, _>(|i| i as u8), &mut all).expect("256 samples");
    for (entry, sample) in decode_table.iter_mut().zip(all) {
        *entry = (sample * 32_768.0) as i16;
    }

    let pcm: [f32; FRAME] = std::array::from_fn(|i| 0.4 * (i as f32 * 0.13).sin() * (i as f32 * 0.011).cos());
    let linear = pcm.map(|x| (x * 32_768.0).round_ties_even() as i16);
    let mut codes = [0; FRAME];
    encoder.encode_into(&pcm, &mut codes).expect("one octet a sample");
    let (mut our_codes, mut table_codes) = ([0; FRAME], [0_u8; FRAME]);
    let (mut our_pcm, mut table_pcm) = ([0.0; FRAME], [0_i16; FRAME]);

    bench.compare(
        &format!("{name}_encode"),
        NS_PER_FRAME,
        &mut [
            ("ours", &mut || {
                encoder.encode_into(black_box(&pcm), black_box(&mut our_codes)).expect("whole frame");
            }),
            ("table", &mut || table_encode(black_box(&encode_table), black_box(&linear), black_box(&mut table_codes))),
        ],
    );
    bench.compare(
        &format!("{name}_decode"),
        NS_PER_FRAME,
        &mut [
            ("ours", &mut || {
                decoder.decode_into(black_box(&codes), black_box(&mut our_pcm)).expect("whole frame");
            }),
            ("table", &mut || table_decode(black_box(&decode_table), black_box(&codes), black_box(&mut table_pcm))),
        ],
    );
}

/// Ours from and to f32, spandsp from and to i16; a second of speech-like sound, so that the adaptation works.
fn g722(bench: &mut Bench) {
    const SAMPLES: usize = 320;
    let speech = |n: usize| {
        let t = n as f32 / 16_000.0;
        let syllable = (t * 4.0 * std::f32::consts::PI).sin().powi(2);
        let hiss = ((n as u32).wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5;
        0.3 * syllable * ((t * 900.0).sin() + 0.5 * (t * 5_100.0).sin()) + 0.05 * hiss
    };
    let pcm: Vec<f32> = (0..50 * SAMPLES).map(speech).collect();
    let linear: Vec<i16> = pcm.iter().map(|x| (x * 32_768.0).round_ties_even() as i16).collect();
    let mut codes = vec![0; pcm.len() / 2];
    G722Encoder::new(G722Mode::Kbps64).encode_into(&pcm, &mut codes).expect("even count");

    let (mut encoder, mut decoder) = (G722Encoder::new(G722Mode::Kbps64), G722Decoder::new(G722Mode::Kbps64));
    let (mut octets, mut audio) = ([0; SAMPLES / 2], [0.0; SAMPLES]);
    let (mut frames, mut code_frames) = (pcm.chunks(SAMPLES).cycle(), codes.chunks(SAMPLES / 2).cycle());
    let mut encode = || {
        let frame = frames.next().expect("endless");
        encoder.encode_into(black_box(frame), black_box(&mut octets)).expect("even count");
    };
    let mut decode = || {
        let code = code_frames.next().expect("endless");
        decoder.decode_into(black_box(code), black_box(&mut audio)).expect("any octets");
    };
    let (Some(mut coder), Some(mut other)) = (SpandspG722::new(), SpandspG722::new()) else {
        bench.compare("g722_encode", NS_PER_20_MS, &mut [("ours", &mut encode)]);
        bench.compare("g722_decode", NS_PER_20_MS, &mut [("ours", &mut decode)]);
        return;
    };
    let (mut peer_octets, mut peer_audio) = ([0; SAMPLES / 2], [0; SAMPLES]);
    let (mut frames, mut code_frames) = (linear.chunks(SAMPLES).cycle(), codes.chunks(SAMPLES / 2).cycle());
    let mut peer_encode = || coder.encode(black_box(frames.next().expect("endless")), black_box(&mut peer_octets));
    let mut peer_decode = || other.decode(black_box(code_frames.next().expect("endless")), black_box(&mut peer_audio));
    bench.compare("g722_encode", NS_PER_20_MS, &mut [("ours", &mut encode), ("spandsp", &mut peer_encode)]);
    bench.compare("g722_decode", NS_PER_20_MS, &mut [("ours", &mut decode), ("spandsp", &mut peer_decode)]);
}

/// Ours from and to f32, bcg729 from and to i16, both without Annex B; four seconds of pulses at a gliding pitch and noise
/// through two resonators, in syllables.
fn g729(bench: &mut Bench) {
    let (mut low, mut high, mut until_pulse, mut noise) = ([0.0; 2], [0.0; 2], 0, 1_u32);
    let linear: Vec<i16> = (0..200 * FRAME)
        .map(|n| {
            let seconds = n as f32 / 8_000.0;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = (noise >> 8) as f32 / 16_777_216.0 - 0.5;
            let syllable = (seconds * 4.0 * std::f32::consts::PI).sin().powi(2);
            let pulse = if until_pulse == 0 { 4_000.0 * syllable } else { 0.0 };
            until_pulse = if until_pulse == 0 { 50 + (30.0 * (seconds * 2.0).sin()) as i32 } else { until_pulse - 1 };
            let y = pulse + 100.0 * hiss + 1.8 * low[0] - 0.95 * low[1];
            low = [y, low[0]];
            let z = 0.5 * y + 0.37 * high[0] - 0.85 * high[1];
            high = [z, high[0]];
            z.clamp(-32_768.0, 32_767.0) as i16
        })
        .collect();
    let pcm: Vec<f32> = linear.iter().map(|&x| f32::from(x) / 32_768.0).collect();
    let mut codes = vec![0; pcm.len() / 8];
    G729Encoder::new(false, 2).encode_into(&pcm, &mut codes).expect("whole frames");

    let (mut encoder, mut decoder) = (G729Encoder::new(false, 2), G729Decoder::new());
    let (mut octets, mut audio) = ([0; FRAME / 8], [0.0; FRAME]);
    let (mut frames, mut code_frames) = (pcm.chunks(FRAME).cycle(), codes.chunks(FRAME / 8).cycle());
    let mut encode = || {
        let frame = frames.next().expect("endless");
        encoder.encode_into(black_box(frame), black_box(&mut octets)).expect("whole frames");
    };
    let mut decode = || {
        let code = code_frames.next().expect("endless");
        decoder.decode_into(black_box(code), black_box(&mut audio)).expect("whole frames");
    };
    let (Some(mut coder), Some(mut other)) = (Bcg729::new(false), Bcg729::new(false)) else {
        bench.compare("g729_encode", NS_PER_20_MS, &mut [("ours", &mut encode)]);
        bench.compare("g729_decode", NS_PER_20_MS, &mut [("ours", &mut decode)]);
        return;
    };
    let (mut peer_octets, mut peer_audio) = ([0; FRAME / 8], [0; FRAME]);
    let (mut frames, mut code_frames) = (linear.chunks(FRAME).cycle(), codes.chunks(FRAME / 8).cycle());
    let mut peer_encode = || coder.encode(black_box(frames.next().expect("endless")), black_box(&mut peer_octets));
    let mut peer_decode = || other.decode(black_box(code_frames.next().expect("endless")), black_box(&mut peer_audio));
    bench.compare("g729_encode", NS_PER_20_MS, &mut [("ours", &mut encode), ("bcg729", &mut peer_encode)]);
    bench.compare("g729_decode", NS_PER_20_MS, &mut [("ours", &mut decode), ("bcg729", &mut peer_decode)]);
}

#[inline(never)]
fn table_encode(table: &[u8], pcm: &[i16], out: &mut [u8]) {
    // A slice of known length: no bounds check is left in the loop.
    let Ok(table) = <&[u8; 65_536]>::try_from(table) else { return };
    for (code, &sample) in out.iter_mut().zip(pcm) {
        *code = table[usize::from(sample as u16)];
    }
}

#[inline(never)]
fn table_decode(table: &[i16; 256], codes: &[u8], out: &mut [i16]) {
    for (sample, &code) in out.iter_mut().zip(codes) {
        *sample = table[usize::from(code)];
    }
}
