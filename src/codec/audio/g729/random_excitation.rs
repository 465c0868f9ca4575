//! Real-time: the excitation of comfort noise, clause B.4.4: a mixture of pulses, past excitation and Gaussian noise at a
//! level that both sides know, from numbers that both sides draw alike.

use super::arith::{Split, abs16, mac, norm, norm16, product, random, shl, short_round, shr};
use super::arith::{shr16, shr16_round, upper};
use super::excitation::Excitation;
use super::fixed_codebook::Pulses;
use super::functions::{half_root, inverse_root};
use super::lag::Lag;
use super::{SUBFRAME, Subframe};

/// Start of the generator in each active frame.
pub const SEED: i16 = 11_111;

/// √40 · α/2 − 1 with α = 1/2, Q15: level of the Gaussian part.
const GAUSSIAN_LEVEL: i16 = 19_043;
/// 1 − α², Q15.
const WITHOUT_GAUSSIAN: i16 = 24_576;
/// Greatest height of a pulse.
const MOST_HEIGHT: i16 = 5_000;

/// What is drawn for a subframe before the Gaussian part.
struct Draw {
    lag: Lag,
    pulses: Pulses,
    /// Gain of the adaptive codebook, below 0.5, Q14.
    gain: i16,
}

impl Draw {
    fn new(seed: &mut i16) -> Self {
        let (first, second) = (random(seed), random(seed));
        let bits = |number: i16, at: u32, mask: i16| ((number >> at) & mask) as usize;
        let thirds = match bits(first, 0, 3) {
            3 => 0,
            drawn => drawn as i16 - 1,
        };
        let pulses = [
            (5 * bits(first, 8, 7), bits(first, 11, 1) == 1),
            (5 * bits(first, 12, 7) + 1, bits(first, 15, 1) == 1),
            (5 * bits(second, 0, 7) + 2, bits(second, 3, 1) == 1),
            (5 * bits(second, 5, 7) + 3 + bits(second, 4, 1), bits(second, 8, 1) == 1),
        ];
        let lag = Lag { whole: bits(first, 2, 0x3F) as i16 + 40, thirds };
        Self { lag, pulses, gain: random(seed) & 0x1FFF }
    }
}

/// Normally distributed, mean 0, standard deviation about 512.
fn gaussian(seed: &mut i16) -> i16 {
    ((0..12).map(|_| i32::from(random(seed))).sum::<i32>() >> 7) as i16
}

/// A subframe of Gaussian noise at half the level (Q3).
fn gaussian_part(seed: &mut i16, level: i16) -> Subframe {
    let noise: Subframe = std::array::from_fn(|_| gaussian(seed));
    let energy = noise.iter().fold(0, |sum, &x| mac(sum, x, x));
    let scale = level.saturating_add(short_round(level, GAUSSIAN_LEVEL));
    let factor = Split::new(inverse_root(energy >> 1)).times(scale);
    let count = norm(factor);
    let factor = upper(shl(factor, count));
    noise.map(|x| shr16_round(short_round(x, factor), count - 14))
}

/// Σ of the signal at the pulses, with their signs, each shifted right.
fn at_pulses(signal: &Subframe, pulses: &Pulses, shift: i32) -> i16 {
    pulses.iter().fold(0i16, |sum, &(position, positive)| {
        let x = shr16(signal[position], shift);
        if positive { sum.saturating_add(x) } else { sum.saturating_sub(x) }
    })
}

/// Height of the pulses that gives the subframe its energy: the root of the lesser magnitude of a quadratic equation.
/// `cross` and `discriminant` are scaled by 2^−shift and its square.
fn height(cross: i16, discriminant: i32, shift: i32) -> i16 {
    let root = half_root(discriminant);
    let (plus, minus) = (root.saturating_sub(cross), cross.saturating_add(root).saturating_neg());
    let least = if abs16(minus) < abs16(plus) { minus } else { plus };
    shr16_round(least, 2 - shift).clamp(-MOST_HEIGHT, MOST_HEIGHT)
}

/// Makes a subframe whose excitation is to have this level (Q3), and returns its lag and gain, for taming.
fn subframe(excitation: &mut Excitation, at: usize, level: i16, seed: &mut i16) -> (i16, i16) {
    let Draw { lag, pulses, mut gain } = Draw::new(seed);
    let noise = gaussian_part(seed, level);
    excitation.interpolate(at, lag);
    let mut mixed: Subframe = *excitation.subframe(at);
    for (x, &noise) in mixed.iter_mut().zip(&noise) {
        *x = short_round(*x, 2 * gain).saturating_add(noise);
    }
    let peak = mixed.iter().fold(0, |peak, &x| peak.max(abs16(x)));
    let shift = if peak == 0 { 0 } else { (3 - norm16(peak)).max(0) };
    let energy = mixed.iter().fold(0, |sum, &x| mac(sum, x >> shift, x >> shift));
    let cross = at_pulses(&mixed, &pulses, shift) >> 1;
    // Energy that the subframe is to have.
    let wanted = product(level, (product(level, SUBFRAME as i16) >> 6) as i16);
    let discriminant = mac(shr(wanted, 1 + 2 * shift).saturating_sub(energy), cross, cross);
    let height = if discriminant >= 0 {
        height(cross, discriminant, shift + 1)
    } else {
        // The mixture is louder than that already: noise alone, and pulses to it.
        gain = 0;
        mixed = noise;
        let high = pulses.iter().any(|&(position, _)| abs16(noise[position]) & 0x4000 != 0);
        let shift = 1 + i32::from(high);
        let cross = at_pulses(&noise, &pulses, shift);
        let wanted = Split::new(wanted).times(WITHOUT_GAUSSIAN);
        height(cross, mac(shr(wanted, 2 * shift - 1), cross, cross), shift)
    };
    for (position, positive) in pulses {
        let x = &mut mixed[position];
        *x = if positive { x.saturating_add(height) } else { x.saturating_sub(height) };
    }
    excitation.subframe_mut(at).copy_from_slice(&mixed);
    (lag.whole, gain)
}

/// Fills the present frame; returns lag and gain of each subframe.
pub fn generate(excitation: &mut Excitation, level: i16, seed: &mut i16) -> [(i16, i16); 2] {
    if level == 0 {
        excitation.frame_mut().fill(0);
        return [(SUBFRAME as i16 + 1, 0); 2];
    }
    [0, SUBFRAME].map(|at| subframe(excitation, at, level, seed))
}
