//! Control: what noise suppression and voice detection cost, beside speexdsp's preprocessor.
//! `cargo bench --bench speech [--features neural] -- [--json] [--quick]`.

// The lint wall of clippy.toml is for real-time modules of the library.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

#[path = "support/peers.rs"]
mod peers;
mod support;

use media_core::processing::audio::ns::{NoiseSuppression, NoiseSuppressor, Ns, NsAlgorithm, NsParams};
use media_core::processing::audio::vad::{Vad, VadAlgorithm, VadParams, VoiceDetector};
use media_core::processing::{BargeInDetector, BargeInParams};
use media_core::types::SampleRate;
use peers::SpeexPreprocessor;
use std::hint::black_box;
use support::{Bench, Unit};

const NS: Unit = Unit { name: "ns per 20 ms", per: 1.0 };

fn main() {
    let mut bench = Bench::from_args("speech");
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        for algorithm in [NsAlgorithm::Spectral, NsAlgorithm::Neural] {
            suppress(&mut bench, algorithm, rate);
        }
        barge_in(&mut bench, rate);
        for algorithm in VadAlgorithm::ALL {
            detect(&mut bench, algorithm, rate);
        }
    }
    bench.finish();
}

/// Four seconds of harmonics that come and go, in noise.
fn sound(rate: SampleRate) -> Vec<f32> {
    let hz = rate.hz() as f32;
    (0..4 * rate.hz())
        .map(|n| {
            let t = n as f32 / hz;
            let noise = (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 - 0.5;
            let voice: f32 = (1..20).map(|h| (std::f32::consts::TAU * 140.0 * h as f32 * t).sin() / h as f32).sum();
            0.02 * noise + 0.1 * voice * (std::f32::consts::TAU * 2.0 * t).sin().max(0.0)
        })
        .collect()
}

/// Goes round the sound, 20 ms a call.
struct Loop {
    sound: Vec<f32>,
    at: usize,
    step: usize,
}

impl Loop {
    fn new(rate: SampleRate) -> Self {
        Self { sound: sound(rate), at: 0, step: 2 * rate.block_samples() }
    }

    fn next(&mut self) -> &[f32] {
        self.at = (self.at + self.step) % self.sound.len();
        &self.sound[self.at..self.at + self.step]
    }
}

fn suppress(bench: &mut Bench, algorithm: NsAlgorithm, rate: SampleRate) {
    let name = format!("ns_{algorithm}_{}", rate.hz() / 1_000);
    let Ok(mut ours) = Ns::new(rate, NsParams::default().algorithm(algorithm).level(NoiseSuppression::Moderate)) else {
        eprintln!("skipped: {name} needs --features neural");
        return;
    };
    let (mut input, mut peer_input) = (Loop::new(rate), Loop::new(rate));
    let mut block = vec![0.0; 2 * rate.block_samples()];
    let mut our_run = || {
        block.copy_from_slice(input.next());
        for half in block.chunks_mut(rate.block_samples()) {
            ours.process(black_box(half)).expect("10 ms");
        }
    };
    let mut pcm = vec![0i16; 2 * rate.block_samples()];
    match SpeexPreprocessor::new(2 * rate.block_samples(), rate.hz()) {
        Some(mut peer) => {
            let mut peer_run = || {
                for (to, from) in pcm.iter_mut().zip(peer_input.next()) {
                    *to = (from * 32_767.0) as i16;
                }
                peer.run(black_box(&mut pcm));
            };
            bench.compare(&name, NS, &mut [("ours", &mut our_run), ("speexdsp denoise", &mut peer_run)]);
        }
        None => {
            bench.compare(&name, NS, &mut [("ours", &mut our_run)]);
        }
    }
}

fn barge_in(bench: &mut Bench, rate: SampleRate) {
    let mut ours = BargeInDetector::new(rate, BargeInParams::default()).expect("legal parameters");
    let mut input = Loop::new(rate);
    let mut our_run = || {
        for half in input.next().chunks(rate.block_samples()) {
            // What is sent comes back at once: the filter has to work.
            black_box(ours.process(black_box(half), black_box(half)).expect("10 ms"));
        }
    };
    bench.compare(&format!("barge_in_{}", rate.hz() / 1_000), NS, &mut [("ours", &mut our_run)]);
}

fn detect(bench: &mut Bench, algorithm: VadAlgorithm, rate: SampleRate) {
    let name = format!("vad_{algorithm}_{}", rate.hz() / 1_000);
    let Ok(mut ours) = Vad::new(rate, VadParams::default().algorithm(algorithm)) else {
        eprintln!("skipped: {name} needs --features neural");
        return;
    };
    let mut input = Loop::new(rate);
    let mut our_run = || {
        for half in input.next().chunks(rate.block_samples()) {
            black_box(ours.process(black_box(half)).expect("10 ms"));
        }
    };
    bench.compare(&name, NS, &mut [("ours", &mut our_run)]);
}
