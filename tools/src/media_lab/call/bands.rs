//! Pure: a sound in bands of a third of its octaves: their powers by blocks of 10 ms.

use std::f32::consts::TAU;

/// Centres, Hz; those above half of a sound's rate are left out.
const CENTRES: [f32; 14] =
    [250.0, 350.0, 450.0, 570.0, 700.0, 840.0, 1_000.0, 1_250.0, 1_600.0, 2_150.0, 2_900.0, 4_000.0, 5_300.0, 6_800.0];
/// Centre over width.
const Q: f32 = 4.0;

/// Powers by block, then by band.
#[must_use]
pub fn powers(pcm: &[f32], rate: u32) -> Vec<Vec<f64>> {
    let block = rate as usize / 100;
    let mut powers = vec![Vec::new(); pcm.len() / block];
    for centre in CENTRES.into_iter().filter(|hz| *hz < 0.45 * rate as f32) {
        let once = band_pass(pcm, centre, rate);
        let twice = band_pass(&once, centre, rate);
        for (powers, samples) in powers.iter_mut().zip(twice.chunks_exact(block)) {
            powers.push(samples.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / block as f64);
        }
    }
    powers
}

/// A band pass of the second order, 0 dB at its centre (Bristow-Johnson's cookbook).
fn band_pass(pcm: &[f32], hz: f32, rate: u32) -> Vec<f32> {
    let (sin, cos) = (TAU * hz / rate as f32).sin_cos();
    let alpha = sin / (2.0 * Q);
    let (b, a1, a2) = (alpha / (1.0 + alpha), -2.0 * cos / (1.0 + alpha), (1.0 - alpha) / (1.0 + alpha));
    let (mut x, mut y) = ([0.0f32; 2], [0.0f32; 2]);
    let step = |now: &f32| {
        let out = b * (now - x[1]) - a1 * y[0] - a2 * y[1];
        (x, y) = ([*now, x[0]], [out, y[0]]);
        out
    };
    pcm.iter().map(step).collect()
}
