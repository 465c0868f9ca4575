//! Real-time: the network by itself: its file, and what may not spoil it. What it does to sound: `aec/tests/neural.rs`.

#![cfg(feature = "neural")]

use super::bands::{BANDS, BINS, means, spread};
use super::weights::Weights;
use super::{EchoScene, ResidualNetwork};
use crate::processing::audio::aec::analysis::Analysis;
use crate::processing::audio::aec::spectrum::Transform;
use crate::processing::audio::network::Reader;

const BLOCK: usize = 160;

fn hear(network: &mut ResidualNetwork, analysis: &Analysis, flags: [f32; 4]) {
    let far = (&*analysis.echo.re, &*analysis.echo.im);
    network.update(EchoScene {
        spectra: analysis,
        bins: BLOCK + 1,
        far: [far; 2],
        uncertainty: &analysis.echo.re,
        uncertainty_scale: 1.0,
        flags,
    });
}

/// Of noise as the echo, and half of it as what is left.
fn noise() -> Analysis {
    let (mut analysis, mut transform) = (Analysis::new(BLOCK), Transform::new(BLOCK));
    let echo: Vec<f32> =
        (0..BLOCK as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0).collect();
    let left: Vec<f32> = echo.iter().map(|x| 0.5 * x).collect();
    analysis.update(&echo, &left, &mut transform);
    analysis
}

#[test]
fn the_file_ends_where_the_layers_do() {
    let mut file = Reader::new(include_bytes!("weights.bin"));
    Weights::read(&mut file);
    assert_eq!(file.left_over(), 0);
}

#[test]
fn what_is_no_number_does_not_stay() {
    let analysis = noise();
    let [mut fresh, mut spoiled] = [0; 2].map(|_| ResidualNetwork::boxed().expect("its weights are in this build"));
    for flag in [f32::NAN, f32::INFINITY, f32::MAX] {
        hear(&mut spoiled, &analysis, [flag; 4]);
        assert!(spoiled.gains().iter().all(|gain| (0.0..=1.0).contains(gain)), "{flag}: {:?}", spoiled.gains());
    }
    let mut unheard = noise();
    unheard.error.re.fill(f32::NAN);
    unheard.echo.im.fill(f32::INFINITY);
    hear(&mut spoiled, &unheard, [0.0; 4]);
    assert!(spoiled.gains().iter().all(|gain| (0.0..=1.0).contains(gain)));
    for _ in 0..1_000 {
        hear(&mut fresh, &analysis, [1.0; 4]);
        hear(&mut spoiled, &analysis, [1.0; 4]);
    }
    let apart = fresh.gains().iter().zip(spoiled.gains()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    // What a recurrent layer made of flags of 3e38 fades, though not wholly while nothing changes; a NaN would stay for ever.
    assert!(apart < 0.15, "{apart}");
}

#[test]
fn a_level_is_the_same_in_bands_and_bins() {
    let bands = means([0.25; BINS].into_iter());
    assert!(bands.iter().all(|level| (level - 0.25).abs() < 1e-6), "{bands:?}");
    let mut bins = [0.0; BINS];
    spread(&[0.5; BANDS + 1], &mut bins);
    assert!(bins.iter().all(|gain| (gain - 0.5).abs() < 1e-6), "{bins:?}");
    // A bin reaches the bands beside it and no others.
    let one = means((0..BINS).map(|bin| if bin == 100 { 1.0 } else { 0.0 }));
    assert_eq!(one.iter().filter(|level| **level > 0.0).count(), 2, "{one:?}");
}
