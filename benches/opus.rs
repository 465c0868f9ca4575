//! Control: what our side of Opus costs beside libopus called raw, on the same linked library and the same signal.
//! `cargo bench --bench opus -- [--json] [--quick]`.
//!
//! The cost of a packet depends on the signal, and a packet takes so long that it is often interrupted: so both sides
//! work through the same stretch of signal packet by packet in turn, and of each packet the fastest run counts.

mod support;

use std::ffi::c_int;
use std::hint::black_box;
use std::time::Instant;

#[cfg(not(feature = "opus-dred"))]
use audiopus::ffi;
use media_core::codec::audio::opus::{OpusBitrate, OpusDecoder, OpusEncoder, OpusSettings, libopus_version};
use media_core::codec::{AudioDecoder, AudioEncoder};
use media_core::types::{Ptime, SampleRate};
#[cfg(feature = "opus-dred")]
use opusic_sys as ffi;
use support::Bench;

/// The stretch of signal, in packets of 20 ms.
const PACKETS: usize = 50;

fn main() {
    let mut bench = Bench::from_args(libopus_version());
    let rounds = if std::env::args().any(|a| a == "--quick") { 40 } else { 200 };
    let mut ratios = Vec::new();
    for (rate, channels, bitrate, label) in [
        (SampleRate::Hz16000, 1, 24_000, "16k"),
        (SampleRate::Hz48000, 1, 24_000, "48k"),
        (SampleRate::Hz48000, 2, 64_000, "48k_stereo"),
    ] {
        ratios.extend(pair(&mut bench, rate, channels, bitrate, label, rounds));
    }
    let worst = ratios.iter().copied().fold(0.0, f64::max);
    bench.figure("opus_overhead", worst, "times raw libopus, worst of the rows above", Some(("aim", Some(1.03))));
    bench.finish();
}

fn voice(rate: SampleRate) -> Vec<f32> {
    let (hz, mut noise) = (rate.hz() as f32, 1_u32);
    (0..PACKETS * 2 * rate.block_samples())
        .map(|i| {
            let t = i as f32 / hz;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let breath = (noise >> 8) as f32 / (1 << 24) as f32 - 0.5;
            let phase = std::f32::consts::TAU * (120.0 * t + 2.0 * (t * 12.0).sin());
            let tone: f32 = (1..12).map(|k| (phase * k as f32).sin() / k as f32).sum();
            (0.5 + 0.5 * (t * 25.0).sin()).powi(2) * (0.15 * tone + 0.02 * breath)
        })
        .collect()
}

/// Mean over the packets of the fastest run, ns, for `ours` and `raw`.
fn fastest(rounds: usize, mut ours: impl FnMut(usize), mut raw: impl FnMut(usize)) -> (f64, f64) {
    let mut floors = vec![[f64::MAX; 2]; PACKETS];
    for round in 0..rounds {
        for (n, floor) in floors.iter_mut().enumerate() {
            for turn in 0..2 {
                // The order alternates, so that neither side always runs in the other's cache.
                let side = (round + turn) % 2;
                let start = Instant::now();
                if side == 0 {
                    ours(n)
                } else {
                    raw(n)
                }
                floor[side] = floor[side].min(start.elapsed().as_nanos() as f64);
            }
        }
    }
    let mean = |side: usize| floors.iter().map(|f| f[side]).sum::<f64>() / PACKETS as f64;
    (mean(0), mean(1))
}

/// Both directions at one rate; ours over raw for each.
fn pair(bench: &mut Bench, rate: SampleRate, channels: u8, bitrate: u32, label: &str, rounds: usize) -> [f64; 2] {
    let settings = OpusSettings::default().bitrate(OpusBitrate::Bits(bitrate));
    let mut ours = OpusEncoder::new(rate, channels, Ptime::MS20, settings).expect("legal settings");
    let raw = RawEncoder::new(rate, channels, bitrate, settings.complexity);
    let (frame, signal) = (ours.frame_samples(), voice(rate));
    let planar: Vec<Vec<f32>> = signal.chunks(frame).map(|f| f.repeat(usize::from(channels))).collect();
    let interleaved: Vec<Vec<f32>> =
        signal.chunks(frame).map(|f| f.iter().flat_map(|&x| vec![x; usize::from(channels)]).collect()).collect();
    let (mut out, mut raw_out) = ([0; 1_500], [0; 1_500]);
    let (encode, raw_encode) = fastest(
        rounds,
        |n| {
            black_box(ours.encode_into(black_box(&planar[n]), &mut out).expect("whole frame"));
        },
        |n| {
            black_box(raw.encode(black_box(&interleaved[n]), channels, &mut raw_out));
        },
    );
    bench.figure(&format!("opus_encode_{label}"), encode, "ns per 20 ms", Some(("raw libopus", Some(raw_encode))));

    let packets: Vec<Vec<u8>> = interleaved
        .iter()
        .map(|f| {
            let octets = raw.encode(f, channels, &mut raw_out);
            raw_out[..octets].to_vec()
        })
        .collect();
    let mut decoder = OpusDecoder::new(rate, channels).expect("legal rate");
    let raw_decoder = RawDecoder::new(rate, channels);
    let (mut pcm, mut raw_pcm) = (vec![0.0; 2 * frame], vec![0.0; 2 * frame]);
    let (decode, raw_decode) = fastest(
        rounds,
        |n| {
            black_box(decoder.decode_into(black_box(&packets[n]), &mut pcm).expect("a packet of libopus"));
        },
        |n| {
            black_box(raw_decoder.decode(black_box(&packets[n]), &mut raw_pcm, frame));
        },
    );
    bench.figure(&format!("opus_decode_{label}"), decode, "ns per 20 ms", Some(("raw libopus", Some(raw_decode))));
    [encode / raw_encode, decode / raw_decode]
}

struct RawEncoder(*mut ffi::OpusEncoder);

impl RawEncoder {
    fn new(rate: SampleRate, channels: u8, bitrate: u32, complexity: u8) -> Self {
        let mut error = 0;
        // SAFETY: plain arguments, and a place for the error; the state is destroyed once, on drop.
        let state = unsafe { ffi::opus_encoder_create(rate.hz() as i32, c_int::from(channels), 2_048, &raw mut error) };
        assert_eq!(error, 0);
        for (request, value) in [
            (ffi::OPUS_SET_BITRATE_REQUEST as c_int, bitrate as c_int),
            (ffi::OPUS_SET_COMPLEXITY_REQUEST as c_int, c_int::from(complexity)),
            (ffi::OPUS_SET_VBR_REQUEST as c_int, 1),
        ] {
            // SAFETY: a live state, and requests that take one int.
            assert_eq!(unsafe { ffi::opus_encoder_ctl(state, request, value) }, 0);
        }
        Self(state)
    }

    fn encode(&self, pcm: &[f32], channels: u8, out: &mut [u8]) -> usize {
        let frame = (pcm.len() / usize::from(channels)) as c_int;
        // SAFETY: a live state, buffers with the lengths that are passed; one thread only.
        unsafe { ffi::opus_encode_float(self.0, pcm.as_ptr(), frame, out.as_mut_ptr(), out.len() as i32) as usize }
    }
}

impl Drop for RawEncoder {
    fn drop(&mut self) {
        // SAFETY: made by `opus_encoder_create`, not used any more.
        unsafe { ffi::opus_encoder_destroy(self.0) };
    }
}

struct RawDecoder(*mut ffi::OpusDecoder);

impl RawDecoder {
    fn new(rate: SampleRate, channels: u8) -> Self {
        let mut error = 0;
        // SAFETY: plain arguments, and a place for the error; the state is destroyed once, on drop.
        let state = unsafe { ffi::opus_decoder_create(rate.hz() as i32, c_int::from(channels), &raw mut error) };
        assert_eq!(error, 0);
        Self(state)
    }

    fn decode(&self, payload: &[u8], pcm: &mut [f32], frame: usize) -> i32 {
        let octets = payload.len() as i32;
        // SAFETY: a live state, buffers with the lengths that are passed; one thread only.
        unsafe { ffi::opus_decode_float(self.0, payload.as_ptr(), octets, pcm.as_mut_ptr(), frame as c_int, 0) }
    }
}

impl Drop for RawDecoder {
    fn drop(&mut self) {
        // SAFETY: made by `opus_decoder_create`, not used any more.
        unsafe { ffi::opus_decoder_destroy(self.0) };
    }
}
