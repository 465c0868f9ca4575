//! Real-time: the network beside what onnxruntime says of the published one: `tools/silero-weights say`.

use super::Silero;
use super::weights::Weights;
use crate::processing::audio::fast_math::logistic;
use std::f64::consts::TAU;

/// Of 62 chunks of [`signal`]: what it says half way and at the end.
#[rustfmt::skip]
const REFERENCE: [[f32; 2]; 62] = [
    [0.01886, 0.05399], [0.02110, 0.02206], [0.01643, 0.01583], [0.01374, 0.01364], [0.01159, 0.01167],
    [0.00885, 0.00909], [0.00717, 0.00715], [0.00595, 0.00603], [0.00521, 0.00526], [0.00486, 0.00483],
    [0.00442, 0.00427], [0.00403, 0.00399], [0.00368, 0.00380], [0.00352, 0.00345], [0.00328, 0.00331],
    [0.00320, 0.09874], [0.20615, 0.91142], [0.94154, 0.93050], [0.96900, 0.97520], [0.98555, 0.98424],
    [0.97850, 0.97680], [0.97740, 0.97686], [0.97691, 0.98841], [0.99300, 0.96416], [0.88364, 0.88299],
    [0.60489, 0.60211], [0.30370, 0.30356], [0.13343, 0.13595], [0.07792, 0.07910], [0.05100, 0.05032],
    [0.03409, 0.03376], [0.11862, 0.66534], [0.92237, 0.91316], [0.96107, 0.96664], [0.96024, 0.97402],
    [0.96995, 0.97554], [0.96552, 0.96618], [0.96771, 0.97600], [0.98337, 0.99392], [0.98311, 0.98159],
    [0.92648, 0.92550], [0.59995, 0.59869], [0.22895, 0.23280], [0.09203, 0.09399], [0.05352, 0.05451],
    [0.03893, 0.03865], [0.03119, 0.17271], [0.49213, 0.93098], [0.96831, 0.96684], [0.95378, 0.95758],
    [0.98326, 0.25936], [0.27696, 0.27613], [0.14881, 0.14772], [0.05439, 0.05423], [0.02511, 0.02479],
    [0.01700, 0.01707], [0.01385, 0.01389], [0.01174, 0.01205], [0.01034, 0.01055], [0.00929, 0.00909],
    [0.00838, 0.00811], [0.00739, 0.00743],
];

/// As `tools/silero-weights` makes it: noise, and harmonics under three moving formants, which come and go.
fn signal() -> Vec<f32> {
    let sample = |n: u32| {
        let t = f64::from(n) / 16_000.0;
        let noise = f64::from(n.wrapping_mul(2_654_435_761) >> 8) / 16_777_216.0 - 0.5;
        let pitch = 120.0 * t + 5.0 * (TAU * 1.5 * t).sin() / (TAU / 2.0);
        let formants = [
            (1.0, 550.0 + 200.0 * (TAU * 2.0 * t).sin()),
            (0.5, 1_400.0 + 500.0 * (TAU * 1.3 * t).sin()),
            (0.2, 2_500.0),
        ];
        let voice: f64 = (1..25)
            .map(|h| {
                let h = f64::from(h);
                let gain: f64 = formants.iter().map(|(a, f)| a / (1.0 + ((120.0 * h - f) / 120.0).powi(2))).sum();
                gain * (TAU * h * pitch).sin()
            })
            .sum();
        let spoken = if (0.4..1.6).contains(&t) { (TAU * 2.0 * t).sin().max(0.0) } else { 0.0 };
        (0.004 * noise + 0.06 * spoken * voice) as f32
    };
    (0..32_000).map(sample).collect()
}

/// How far the network's probabilities are from the reference at most.
fn distance(network: &mut Silero) -> f32 {
    let said: Vec<f32> = signal().chunks_exact(256).map(|half| logistic(network.odds(half))).collect();
    said.iter().zip(REFERENCE.as_flattened()).map(|(p, reference)| (p - reference).abs()).fold(0.0, f32::max)
}

#[test]
fn it_says_what_the_published_network_says() {
    let distance = distance(&mut Silero::new());
    assert!(distance < 0.001, "{distance}");
}

#[test]
fn one_without_weights_does_not() {
    let distance = distance(&mut Silero::silent());
    assert!(distance > 0.4, "{distance}");
}

#[test]
fn the_file_ends_where_the_layers_do() {
    assert_eq!(Weights::left_over(), 0);
    let weights = Weights::shared();
    assert!(weights.output_bias != 0.0 && weights.output.iter().all(|w| *w != 0.0));
}

#[test]
fn how_samples_are_cut_makes_no_difference() {
    let (mut whole, mut cut) = (Silero::new(), Silero::new());
    let signal = signal();
    for chunk in signal.chunks_exact(2_560) {
        let by_ten_ms = chunk.chunks_exact(160).map(|block| cut.odds(block)).last();
        assert_eq!(by_ten_ms, Some(whole.odds(chunk)));
    }
    assert!(whole.odds(&signal[6_400..12_800]) > 0.0, "it heard something");
}

#[test]
fn in_silence_nothing_gets_so_small_that_it_is_slow() {
    let mut network = Silero::new();
    network.odds(&signal());
    for _ in 0..500 {
        network.odds(&[0.0; 512]);
        let small = |x: &f32| *x != 0.0 && !x.is_normal();
        assert!(!network.memory.known.iter().chain(&network.memory.said).any(small));
    }
}
