//! Control: what gain control, tone detection and effects cost, beside spandsp's DTMF receiver where it is installed.
//! `cargo bench --bench levels -- [--json] [--quick]`.

// The lint wall of clippy.toml is for real-time modules of the library.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

#[path = "support/peers.rs"]
mod peers;
mod support;

use media_core::processing::audio::agc::{Agc, AgcAlgorithm, AgcParams, GainControl};
use media_core::processing::audio::amd::{AmdDetector, AmdParams};
use media_core::processing::audio::loudness::LoudnessMeter;
use media_core::processing::audio::tone::{
    CallProgressDetector, CallProgressParams, DtmfDetector, DtmfParams, SingleToneDetector, SingleToneParams,
    ToneDetector,
};
use media_core::processing::audio::vad::{Vad, VadParams, VoiceDetector};
use media_core::processing::effects::biquad::Shape;
use media_core::processing::effects::{Band, Compressor, CompressorParams, Equalizer, EqualizerParams, PeakLimiter};
use media_core::types::SampleRate;
use peers::SpandspDtmf;
use std::hint::black_box;
use support::{Bench, Unit};

const NS: Unit = Unit { name: "ns per 20 ms", per: 1.0 };

fn main() {
    let mut bench = Bench::from_args("levels");
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        agc(&mut bench, AgcAlgorithm::Wideband, rate);
        agc(&mut bench, AgcAlgorithm::Multiband, rate);
        judged(&mut bench, rate);
    }
    dtmf(&mut bench);
    listeners(&mut bench);
    effects(&mut bench, SampleRate::Hz16000);
    bench.finish();
}

/// A second of something like speech: noise of changing level, as 20 ms pieces.
fn talk(rate: SampleRate) -> Vec<f32> {
    let noise = |n: u32| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0;
    let level = |n: u32| 0.2 * (std::f32::consts::TAU * 4.0 * n as f32 / rate.hz() as f32).sin().powi(2);
    (0..rate.hz()).map(|n| level(n) * noise(n)).collect()
}

/// Calls `each` with every block of the next 20 ms of `pcm`.
fn next<'a>(pcm: &'a [f32], at: &mut usize, rate: SampleRate) -> impl Iterator<Item = &'a [f32]> {
    let length = 2 * rate.block_samples();
    *at = (*at + length) % (pcm.len() - length);
    pcm[*at..*at + length].chunks(rate.block_samples())
}

fn agc(bench: &mut Bench, algorithm: AgcAlgorithm, rate: SampleRate) {
    let mut agc = Agc::new(rate, algorithm, AgcParams::default()).expect("legal");
    let (pcm, mut at, mut block) = (talk(rate), 0, vec![0.0; rate.block_samples()]);
    let name = format!("agc_{}_{}", format!("{algorithm:?}").to_lowercase(), rate.hz() / 1_000);
    let mut run = || {
        for piece in next(&pcm, &mut at, rate) {
            block.copy_from_slice(piece);
            agc.process(black_box(&mut block), 0.9).expect("whole block");
        }
    };
    bench.compare(&name, NS, &mut [("ours", &mut run)]);
}

/// Gain control as a call has it: with the voice detector that it brings.
fn judged(bench: &mut Bench, rate: SampleRate) {
    let mut agc = Agc::new(rate, AgcAlgorithm::Wideband, AgcParams::default()).expect("legal");
    let mut vad = Vad::new(rate, VadParams::default()).expect("legal");
    let (pcm, mut at, mut block) = (talk(rate), 0, vec![0.0; rate.block_samples()]);
    let mut run = || {
        for piece in next(&pcm, &mut at, rate) {
            block.copy_from_slice(piece);
            let voice = vad.process(black_box(&block)).expect("whole block");
            agc.process(black_box(&mut block), voice).expect("whole block");
        }
    };
    bench.compare(&format!("agc_wideband_judged_{}", rate.hz() / 1_000), NS, &mut [("ours", &mut run)]);
}

fn dtmf(bench: &mut Bench) {
    let rate = SampleRate::Hz8000;
    let tone = |n: u32, hz: f32| (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin();
    let digits: Vec<f32> =
        (0..8_000).map(|n| if n % 800 < 400 { 0.2 * (tone(n, 770.0) + tone(n, 1_336.0)) } else { 0.0 }).collect();
    for (name, pcm) in [("dtmf_8_speech", talk(rate)), ("dtmf_8_digits", digits)] {
        let ints: Vec<i16> = pcm.iter().map(|x| (x * 32_767.0) as i16).collect();
        let mut ours = DtmfDetector::new(rate, DtmfParams::default()).expect("legal");
        let (mut at, mut peer_at) = (0, 0);
        let mut our_run = || {
            for piece in next(&pcm, &mut at, rate) {
                black_box(ours.process(black_box(piece)).expect("whole block"));
            }
        };
        match SpandspDtmf::new() {
            Some(mut peer) => {
                let mut peer_run = || {
                    peer_at = (peer_at + 160) % (ints.len() - 160);
                    peer.receive(black_box(&ints[peer_at..peer_at + 160]));
                };
                bench.compare(name, NS, &mut [("ours", &mut our_run), ("spandsp", &mut peer_run)]);
            }
            None => {
                bench.compare(name, NS, &mut [("ours", &mut our_run)]);
            }
        }
    }
    let wide = SampleRate::Hz16000;
    let (pcm, mut at) = (talk(wide), 0);
    let mut ours = DtmfDetector::new(wide, DtmfParams::default()).expect("legal");
    let mut run = || {
        for piece in next(&pcm, &mut at, wide) {
            black_box(ours.process(black_box(piece)).expect("whole block"));
        }
    };
    bench.compare("dtmf_16_speech", NS, &mut [("ours", &mut run)]);
}

fn listeners(bench: &mut Bench) {
    let (narrow, wide) = (SampleRate::Hz8000, SampleRate::Hz16000);
    let (pcm, mut at) = (talk(narrow), 0);
    let mut fax = SingleToneDetector::new(narrow, SingleToneParams::fax()).expect("legal");
    let mut run = || {
        for piece in next(&pcm, &mut at, narrow) {
            black_box(fax.process(black_box(piece)).expect("whole block"));
        }
    };
    bench.compare("fax_tones_8", NS, &mut [("ours", &mut run)]);
    // Ringing costs most: all pairs are summed while it sounds.
    // A beep is waited for all the while; until the verdict, which is not to come here, a voice detector listens too.
    let params = AmdParams::default().initial_silence_ms(20_000).greeting_ms(20_000).total_analysis_ms(60_000);
    let params = params.after_greeting_silence_ms(5_000).maximum_number_of_words(100);
    let (mut blocks, mut amd) = (0, AmdDetector::new(narrow, params).expect("legal"));
    let mut run = || {
        for piece in next(&pcm, &mut at, narrow) {
            black_box(amd.process(black_box(piece)).expect("whole block"));
        }
        blocks += 2;
        if blocks == 1_900 {
            (blocks, amd) = (0, AmdDetector::new(narrow, params).expect("legal"));
        }
    };
    bench.compare("amd_8", NS, &mut [("ours", &mut run)]);
    let sine = |n: u32, hz: f32| (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin();
    let ringing: Vec<f32> = (0..8_000).map(|n| 0.1 * (sine(n, 440.0) + sine(n, 480.0))).collect();
    for (name, pcm) in [("call_progress_8_speech", talk(narrow)), ("call_progress_8_ringing", ringing)] {
        let mut at = 0;
        let mut progress = CallProgressDetector::new(narrow, CallProgressParams::default()).expect("legal");
        let mut run = || {
            for piece in next(&pcm, &mut at, narrow) {
                black_box(progress.process(black_box(piece)).expect("whole block"));
            }
        };
        bench.compare(name, NS, &mut [("ours", &mut run)]);
    }
    let (pcm, mut at) = (talk(wide), 0);
    let mut meter = LoudnessMeter::new(wide);
    let mut run = || {
        for piece in next(&pcm, &mut at, wide) {
            meter.process(black_box(piece)).expect("whole block");
        }
    };
    bench.compare("loudness_meter_16", NS, &mut [("ours", &mut run)]);
}

fn effects(bench: &mut Bench, rate: SampleRate) {
    let (pcm, mut block) = (talk(rate), vec![0.0; rate.block_samples()]);
    let band = Band::new(Shape::Peak, 1_000.0).q(1.0).gain_db(6.0);
    let mut equalizer = Equalizer::new(rate, EqualizerParams::of(&[band; 4])).expect("legal");
    let mut compressor = Compressor::new(rate, CompressorParams::default()).expect("legal");
    let mut limiter = PeakLimiter::new(rate, -20.0, 8, 50.0).expect("legal");
    let mut row = |name: &str, stage: &mut dyn FnMut(&mut [f32])| {
        let mut at = 0;
        let mut run = || {
            for piece in next(&pcm, &mut at, rate) {
                block.copy_from_slice(piece);
                stage(black_box(&mut block));
            }
        };
        bench.compare(name, NS, &mut [("ours", &mut run)]);
    };
    row("equalizer_4_bands_16", &mut |block| equalizer.process(block).expect("whole block"));
    row("compressor_16", &mut |block| compressor.process(block).expect("whole block"));
    row("limiter_8ms_16", &mut |block| limiter.process(block).expect("whole block"));
}
