//! Pure: digits that are made are recognized, at their level, without a click.

use super::super::{DtmfDetector, DtmfParams, Tone, ToneDetector, ToneEvent};
use super::DtmfGenerator;
use crate::types::SampleRate;

const KEYS: &[u8; 16] = b"0123456789*#ABCD";

/// Silence, `blocks` blocks of the digit, silence, over audio that is `beside` before it.
fn pressed(rate: SampleRate, digit: u8, blocks: usize, over: f32, beside: f32) -> Vec<f32> {
    let mut generator = DtmfGenerator::new(rate);
    let mut pcm = vec![over; 30 * rate.block_samples()];
    for (n, block) in pcm.chunks_mut(rate.block_samples()).enumerate() {
        generator.add(block, (10..10 + blocks).contains(&n).then_some(digit), beside);
    }
    pcm
}

#[test]
fn every_digit_is_recognized_at_every_rate_for_as_long_as_it_was_made() {
    for rate in SampleRate::ALL {
        for &key in KEYS {
            for blocks in [5, 8] {
                let mut detector = DtmfDetector::new(rate, DtmfParams::default()).unwrap();
                let mut heard = Vec::new();
                for block in pressed(rate, key, blocks, 0.0, 1.0).chunks(rate.block_samples()) {
                    heard.extend(detector.process(block).unwrap());
                }
                let [ToneEvent::Begin { tone, .. }, ToneEvent::End { duration_ms, .. }] = heard[..] else {
                    panic!("{rate} {}: {heard:?}", char::from(key));
                };
                assert_eq!(tone, Tone::Dtmf(key));
                assert!(duration_ms.abs_diff(10 * blocks as u32) <= 10, "{duration_ms} of {blocks} blocks");
            }
        }
    }
}

#[test]
fn it_has_its_level_and_does_not_click() {
    let rate = SampleRate::Hz8000;
    let pcm = pressed(rate, b'5', 10, 0.0, 1.0);
    let steady = &pcm[11 * 80..20 * 80];
    let power = steady.iter().map(|x| x * x).sum::<f32>() / steady.len() as f32;
    let dbm0 = 10.0 * (2.0 * power).log10() + 3.15;
    assert!((dbm0 + 6.9).abs() < 0.2, "{dbm0}: -11 and -9 dBm0 together are -6.9");
    let steepest = |pcm: &[f32]| pcm.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max);
    assert!(steepest(&pcm) <= 1.05 * steepest(steady), "{} {}", steepest(&pcm), steepest(steady));
    let peak = (880..1_600).max_by(|a, b| pcm[*a].total_cmp(&pcm[*b])).unwrap();
    let cut: Vec<f32> = pcm.iter().enumerate().map(|(n, x)| if n < peak { 0.0 } else { *x }).collect();
    assert!(steepest(&cut) > 1.05 * steepest(steady), "the twin without a ramp");
}

#[test]
fn what_is_beside_it_is_turned_down_and_comes_back() {
    let rate = SampleRate::Hz16000;
    for (beside, mean) in [(0.0, 0.0), (0.5, 0.1)] {
        let pcm = pressed(rate, b'1', 10, 0.2, beside);
        let part = &pcm[12 * 160..18 * 160];
        let offset = part.iter().sum::<f32>() / part.len() as f32;
        assert!((offset - mean).abs() < 0.01, "{offset}");
        assert!(pcm[..10 * 160].iter().chain(&pcm[21 * 160..]).all(|x| *x == 0.2));
        assert!(pcm.iter().all(|x| x.abs() <= 1.0));
    }
}
