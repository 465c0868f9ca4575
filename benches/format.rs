//! Control: what format conversion costs, beside speexdsp's resampler at the quality that Asterisk takes.
//! `cargo bench --bench format -- [--json] [--quick]`.

// The lint wall of clippy.toml is for real-time modules of the library.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

#[path = "support/peers.rs"]
mod peers;
mod support;

use media_core::processing::format::bit_depth::SampleFormat;
use media_core::processing::format::{
    ChannelMixer, DriftingResampler, FixedSide, FormatConverter, PcmFormat, Resampler,
};
use media_core::types::SampleRate;
use peers::SpeexResampler;
use ringbuf::LocalRb;
use ringbuf::storage::Heap;
use std::hint::black_box;
use support::{Bench, Unit};

const NS: Unit = Unit { name: "ns per 20 ms", per: 1.0 };
const QUALITY: i32 = 5;

fn main() {
    let mut bench = Bench::from_args("format");
    let [r8, r16, r24, _, r48] = SampleRate::ALL;
    for (from, to) in [(r8, r16), (r16, r8), (r48, r16), (r48, r8), (r16, r48), (r8, r48), (r24, r16)] {
        resample(&mut bench, from, to);
    }
    drift(&mut bench);
    mix(&mut bench);
    convert(&mut bench);
    queue(&mut bench);
    bench.finish();
}

fn noise(samples: usize) -> Vec<f32> {
    (0..samples as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5).collect()
}

/// Two blocks of 10 ms through ours, one of 20 ms through the peer.
fn resample(bench: &mut Bench, from: SampleRate, to: SampleRate) {
    let name = format!("resample_{}_{}", from.hz() / 1_000, to.hz() / 1_000);
    let pcm = noise(2 * from.block_samples());
    let mut ours = Resampler::new(from, to, 1).expect("one channel");
    let mut out = vec![0.0; 2 * to.block_samples()];
    let mut our_run = || {
        for (pcm, out) in pcm.chunks(from.block_samples()).zip(out.chunks_mut(to.block_samples())) {
            ours.process_block(black_box(pcm), black_box(out)).expect("whole block");
        }
    };
    let mut peer_out = vec![0.0; 2 * to.block_samples() + 1];
    match SpeexResampler::new(from.hz(), to.hz(), QUALITY) {
        Some(mut peer) => {
            let mut peer_run = || {
                peer.process(black_box(&pcm), black_box(&mut peer_out));
            };
            bench.compare(&name, NS, &mut [("ours", &mut our_run), ("speexdsp q5", &mut peer_run)]);
        }
        None => {
            bench.compare(&name, NS, &mut [("ours", &mut our_run)]);
        }
    }
}

/// 44.1 to 48 kHz, where there is no polyphase table.
fn drift(bench: &mut Bench) {
    let mut resampler =
        DriftingResampler::new(44_100.0, 48_000.0, 1, FixedSide::Output(960)).expect("legal rates and block");
    let (pcm, mut out) = (noise(2_000), vec![0.0; 960]);
    bench.compare(
        "resample_drifting_44100_48000",
        NS,
        &mut [("ours", &mut || {
            let taken = resampler.input_samples();
            resampler.process(black_box(&pcm[..taken]), black_box(&mut out)).expect("as many as it takes");
        })],
    );
}

fn mix(bench: &mut Bench) {
    let mut mixer = ChannelMixer::new(2, 1).expect("legal channels");
    let (pcm, mut out) = (noise(1_920), vec![0.0; 960]);
    bench.compare(
        "stereo_to_mono_48",
        NS,
        &mut [("ours", &mut || {
            mixer.mix(black_box(&pcm), black_box(&mut out)).expect("whole samples");
        })],
    );
}

/// What a recorder of a 48 kHz stereo stream does for a file at 16 kHz, mono, 16 bits with dither.
fn convert(bench: &mut Bench) {
    let from = PcmFormat { rate: SampleRate::Hz48000, channels: 2, sample: SampleFormat::F32 };
    let to = PcmFormat { rate: SampleRate::Hz16000, channels: 1, sample: SampleFormat::I16 };
    let mut converter = FormatConverter::new(from, to).expect("legal formats");
    let octets: Vec<u8> = noise(960).into_iter().flat_map(f32::to_le_bytes).collect();
    let mut out = vec![0; to.block_octets()];
    bench.compare(
        "convert_48_stereo_16_mono",
        NS,
        &mut [("ours", &mut || {
            for _ in 0..2 {
                converter.process_octets(black_box(&octets), black_box(&mut out)).expect("whole block");
            }
        })],
    );
}

/// A queue in one slice, whose rest moves up when something is taken: what a ring would be by hand.
struct ByHand {
    places: Vec<f32>,
    waiting: usize,
}

impl ByHand {
    fn push(&mut self, pcm: &[f32]) {
        self.places[self.waiting..self.waiting + pcm.len()].copy_from_slice(pcm);
        self.waiting += pcm.len();
    }

    fn pop(&mut self, pcm: &mut [f32]) {
        pcm.copy_from_slice(&self.places[..pcm.len()]);
        self.places.copy_within(pcm.len()..self.waiting, 0);
        self.waiting -= pcm.len();
    }
}

/// The queue of a transcoder from packets of 20 ms to packets of 30 ms at 8 kHz: three in, two out.
fn queue(bench: &mut Bench) {
    const UNIT: Unit = Unit { name: "ns per 60 ms", per: 1.0 };
    const PLACES: usize = 1_680;
    let (pcm, mut packets) = (noise(160), [[0.0; 240]; 2]);
    let mut by_hand = ByHand { places: vec![0.0; PLACES], waiting: 0 };
    let mut ring = LocalRb::<Heap<f32>>::new(PLACES);
    let mut our_run = || {
        for n in 0..3 {
            ring.push_slice(black_box(&pcm));
            if n > 0 {
                ring.pop_slice(black_box(&mut packets[n - 1]));
            }
        }
    };
    let mut hand_packets = [[0.0; 240]; 2];
    let mut hand_run = || {
        for n in 0..3 {
            by_hand.push(black_box(&pcm));
            if n > 0 {
                by_hand.pop(black_box(&mut hand_packets[n - 1]));
            }
        }
    };
    bench.compare("queue_20_ms_to_30_ms", UNIT, &mut [("ours", &mut our_run), ("by hand", &mut hand_run)]);
}
