//! Pure: a tone and how clean it is.

use std::f64::consts::TAU;

/// Samples of a tone at -10 dBov, from sample `at` on.
#[must_use]
pub fn samples(hz: f64, rate: u32, at: u64, count: usize) -> Vec<f32> {
    let step = |n: u64| (n % u64::from(rate)) as f64 * hz / f64::from(rate);
    (0..count as u64).map(|n| 0.447 * (TAU * step(at + n)).sin() as f32).collect()
}

/// The tone's ratio to all else in dB, the median over pieces of 200 ms from the second second on: a splice or a lost packet
/// is one piece, a wrong codec or clock is all of them. `None` where there are not ten pieces with sound in them.
#[must_use]
pub fn ratio(pcm: &[f32], rate: u32, hz: f64) -> Option<f64> {
    ratio_of(pcm, rate, &[hz])
}

/// The same of several tones together, whose frequencies are multiples of 5 Hz if there is more than one.
#[must_use]
pub fn ratio_of(pcm: &[f32], rate: u32, hz: &[f64]) -> Option<f64> {
    let heard = pcm.iter().position(|x| x.abs() > 0.01)?;
    let piece = rate as usize / 5;
    let mut ratios: Vec<f64> = pcm
        .get(heard + rate as usize..)?
        .chunks_exact(piece)
        .filter(|piece| piece.iter().any(|x| x.abs() > 0.01))
        .map(|piece| of_piece(piece, rate, hz))
        .collect();
    ratios.sort_by(f64::total_cmp);
    (ratios.len() >= 10).then(|| ratios[ratios.len() / 2])
}

/// Pieces of 200 ms in which nothing is heard, from the first sound on.
#[must_use]
pub fn silent_pieces(pcm: &[f32], rate: u32) -> usize {
    let heard = pcm.iter().position(|x| x.abs() > 0.01).unwrap_or(pcm.len());
    let pieces = pcm.get(heard..).unwrap_or_default().chunks_exact(rate as usize / 5);
    pieces.filter(|piece| piece.iter().all(|x| x.abs() < 0.01)).count()
}

/// For each second, whether the tone is most of what is heard in some piece of it.
#[must_use]
pub fn seconds_with(pcm: &[f32], rate: u32, hz: f64) -> Vec<bool> {
    let with = |piece: &[f32]| piece.iter().any(|x| x.abs() > 0.01) && of_piece(piece, rate, &[hz]) > 6.0;
    pcm.chunks_exact(rate as usize).map(|second| second.chunks_exact(rate as usize / 5).any(with)).collect()
}

fn of_piece(pcm: &[f32], rate: u32, hz: &[f64]) -> f64 {
    let power: f64 = pcm.iter().map(|x| f64::from(*x).powi(2)).sum();
    let own: f64 = hz.iter().map(|hz| tone_power(pcm, rate, *hz)).sum();
    10.0 * (own / (power - own).max(1e-12)).log10()
}

fn tone_power(pcm: &[f32], rate: u32, hz: f64) -> f64 {
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (n, &x) in pcm.iter().enumerate() {
        let (x, phase) = (f64::from(x), TAU * hz * n as f64 / f64::from(rate));
        (sine, cosine) = (sine + x * phase.sin(), cosine + x * phase.cos());
    }
    (sine * sine + cosine * cosine) * 2.0 / pcm.len() as f64
}

#[cfg(test)]
mod tests {
    use super::{ratio, samples};

    #[test]
    fn clean_noisy_wrong_and_silent() {
        let tone = samples(1_000.0, 8_000, 0, 40_000);
        assert!(ratio(&tone, 8_000, 1_000.0).unwrap() > 100.0);
        let noisy: Vec<f32> = tone.iter().enumerate().map(|(n, x)| x + if n % 2 == 0 { 0.01 } else { -0.01 }).collect();
        assert!((ratio(&noisy, 8_000, 1_000.0).unwrap() - 30.0).abs() < 0.2);
        assert!(ratio(&samples(700.0, 8_000, 0, 40_000), 8_000, 1_000.0).unwrap() < 0.0);
        assert_eq!(ratio(&[0.0; 40_000], 8_000, 1_000.0), None);
        assert_eq!(ratio(&tone[..20_000], 8_000, 1_000.0), None, "too short to tell");
    }
}
