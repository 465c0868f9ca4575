//! Codecs and format conversion at work neither allocate nor free nor lock, in faults too.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/trap.rs"]
mod trap;

use media_core::codec::audio::comfort_noise::{ComfortNoise, ComfortNoiseAnalyzer, ComfortNoiseGenerator};
use media_core::codec::audio::g722::{G722Decoder, G722Encoder, G722Mode};
use media_core::codec::audio::l16::{L16Decoder, L16Encoder};
use media_core::codec::{AudioDecoder, AudioEncoder};
use media_core::processing::ProcessingError;
use media_core::processing::audio::aec::{Aec, AecAlgorithm, AecParams, EchoCanceller, EchoSuppression};
use media_core::processing::format::bit_depth::SampleFormat;
use media_core::processing::format::{DriftingResampler, FixedSide, FormatConverter, PcmFormat, Resampler};
use media_core::types::{Decibels, SampleRate};
use std::num::NonZeroU8;
use trap::Counts;
use trap::alone;

/// What `body` called while its thread was as a media thread.
fn counted(body: impl FnOnce()) -> Counts {
    let before = trap::counts();
    let scope = trap::enter();
    body();
    drop(scope);
    trap::counts().since(before)
}

#[test]
fn the_trap_counts() {
    let _alone = alone();
    assert!(counted(|| drop(Resampler::new(SampleRate::Hz8000, SampleRate::Hz16000, 1))).allocations > 0);
}

#[test]
fn codecs() {
    let _alone = alone();
    let stereo = NonZeroU8::new(2).expect("not 0");
    let (mut g722_encoder, mut g722_decoder) = (G722Encoder::new(G722Mode::Kbps64), G722Decoder::new(G722Mode::Kbps64));
    let (mut l16_encoder, mut l16_decoder) = (L16Encoder::new(stereo), L16Decoder::new(48_000, stereo));
    let (mut analyzer, mut generator) = (ComfortNoiseAnalyzer::new(), ComfortNoiseGenerator::new(1));
    let (mut pcm, mut octets) = ([0.1; 960], [0; 1_920]);
    let counts = counted(|| {
        for _ in 0..50 {
            let _ = g722_encoder.encode_into(&pcm[..320], &mut octets);
            let _ = g722_decoder.decode_into(&octets[..160], &mut pcm);
            let _ = g722_encoder.encode_into(&pcm[..321], &mut octets);
            let _ = g722_decoder.decode_into(&[], &mut pcm);
            let _ = l16_encoder.encode_into(&pcm, &mut octets);
            let _ = l16_decoder.decode_into(&octets, &mut pcm);
            analyzer.observe(&pcm[..160]);
            let _ = analyzer.describe().write(&mut octets);
            generator.describe(&ComfortNoise::new(Decibels(-50.0), &[0.3, -0.2]));
            generator.generate(&mut pcm[..160]);
        }
        g722_encoder.reset();
        g722_decoder.reset();
        generator.reset();
    });
    assert_eq!(counts, Counts::default());
}

#[test]
fn converters() {
    let _alone = alone();
    for (from, to) in SampleRate::ALL.into_iter().flat_map(|a| SampleRate::ALL.map(|b| (a, b))) {
        let from = PcmFormat { rate: from, channels: 2, sample: SampleFormat::I24 };
        let to = PcmFormat { rate: to, channels: 1, sample: SampleFormat::I16 };
        let mut converter = FormatConverter::new(from, to).expect("legal formats");
        let (input, mut output) = (vec![7; from.block_octets()], vec![0; to.block_octets()]);
        let counts = counted(|| {
            for _ in 0..3 {
                let _ = converter.process_octets(&input, &mut output);
                let _ = converter.process_octets(&input[1..], &mut output);
            }
            let _ = converter.set_gains(&[0.2, 0.1]);
            let _ = converter.set_gains(&[0.2]);
            converter.reset();
        });
        assert_eq!(counts, Counts::default(), "{from:?} to {to:?}");
    }
}

#[test]
fn drifting_resamplers() {
    let _alone = alone();
    for fixed in [FixedSide::Input(441), FixedSide::Output(480)] {
        let mut resampler = DriftingResampler::new(44_100.0, 48_000.0, 2, fixed).expect("legal rates");
        let (input, mut output) = ([0.1; 2_000], [0.0; 2_000]);
        let counts = counted(|| {
            for ppm in [0.0, 200.0, -4_000.0, 5_000.0, 1e9, 0.0] {
                let _ = resampler.set_drift(ppm);
                for _ in 0..10 {
                    let taken = 2 * resampler.input_samples();
                    let _ = resampler.process(&input[..taken], &mut output);
                    let _ = resampler.process(&input[..1], &mut output);
                }
            }
            resampler.reset();
        });
        assert_eq!(counts, Counts::default(), "{fixed:?}");
    }
}

#[test]
fn echo_cancellers() {
    let _alone = alone();
    let neural = AecParams::default().algorithm(AecAlgorithm::Neural);
    for (rate, params) in SampleRate::ALL
        .into_iter()
        .flat_map(|r| [AecParams::default(), neural, AecParams::light(), AecParams::line()].map(|params| (r, params)))
    {
        let mut aec = match Aec::new(rate, params) {
            Err(ProcessingError::NotBuilt { .. }) => {
                eprintln!("skipped: neural needs --features neural");
                continue;
            }
            made => made.expect("legal parameters"),
        };
        let size = rate.block_samples();
        // Noise and its echo 60 ms later, so that the delay is found and the filters move.
        let noise = |n: usize| ((n as u32).wrapping_mul(2_654_435_761) >> 8) as f32 / 67_108_864.0;
        let (mut far, mut near) = (vec![0.0; size], vec![0.0; size]);
        let counts = counted(|| {
            for block in 0..120 {
                for k in 0..size {
                    far[k] = noise(block * size + k);
                    near[k] = if block < 6 { 0.0 } else { 0.3 * noise((block - 6) * size + k) };
                }
                if block == 60 {
                    near[3] = f32::NAN;
                    aec.set_params(&params.suppression(EchoSuppression::Off));
                }
                if block == 80 {
                    aec.set_params(&params);
                }
                if block == 100 {
                    aec.set_params(&params.low_complexity());
                }
                if block == 110 {
                    aec.set_params(&params);
                }
                let _ = aec.process(&far, &mut near);
                let _ = aec.process(&far[1..], &mut near);
                let _ = aec.metrics();
            }
            aec.reset();
        });
        assert_eq!(counts, Counts::default(), "{params:?} at {rate}");
    }
}
