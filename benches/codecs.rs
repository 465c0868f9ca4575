//! Control: what the codecs cost, beside the classic way of each. `cargo bench --bench codecs -- [--json] [--quick]`.

// The lint wall of clippy.toml is for real-time modules of the library.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

mod support;

use media_core::codec::audio::g711::{G711Decoder, G711Encoder, Law};
use media_core::codec::{AudioDecoder, AudioEncoder};
use std::hint::black_box;
use support::{Bench, Unit};

/// Samples of 20 ms at 8 kHz.
const FRAME: usize = 160;
const NS_PER_FRAME: Unit = Unit { name: "ns per 160 samples", per: 1.0 };

fn main() {
    let mut bench = Bench::from_args("codecs");
    for (law, name) in [(Law::Mu, "pcmu"), (Law::A, "pcma")] {
        g711(&mut bench, law, name);
    }
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
