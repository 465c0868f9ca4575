//! Real-time: what the search of the fixed codebook is based on: autocorrelation of the impulse response between each two
//! positions, and signs that are chosen beforehand. Clauses 3.8.1 and A.3.8.

use super::arith::{mac, norm, shl16, short, upper};
use super::fixed_codebook::{POSITIONS, TRACKS};
use super::{SUBFRAME, Subframe};

/// Values at the positions of each track.
pub type Tracks = [[i16; POSITIONS]; TRACKS];

/// Autocorrelation of the impulse response, equation (53), and the target's correlation.
#[derive(Debug)]
pub struct PulseCorrelations {
    /// Between two positions, with the signs of both.
    cross: [[i16; SUBFRAME]; SUBFRAME],
    /// Of a position with itself.
    own: Tracks,
    /// Magnitude of the backward-filtered target.
    pub magnitude: Tracks,
    /// All bits of a negative one.
    signs: [i32; SUBFRAME],
}

/// Where a position stands among those of all tracks, track after track.
const PLACES: [u8; SUBFRAME] = {
    let mut places = [0; SUBFRAME];
    let mut position = 0;
    while position < SUBFRAME {
        places[position] = (position % TRACKS * POSITIONS + position / TRACKS) as u8;
        position += 1;
    }
    places
};

/// Σ h² of an impulse response.
fn energy(response: &Subframe) -> i64 {
    response.iter().map(|&h| i64::from(i32::from(h) * i32::from(h))).sum::<i64>() * 2
}

/// The response with the most bits that its energy allows.
fn normalized(response: &Subframe) -> Subframe {
    let energy = energy(response).min(i32::MAX.into()) as i32;
    if upper(energy) > 32_000 {
        return response.map(|h| h >> 1);
    }
    let shift = norm(energy) >> 1;
    response.map(|h| shl16(h, shift))
}

impl PulseCorrelations {
    /// Of an impulse response (Q12, sharpened) and the backward-filtered target.
    pub fn new(response: &Subframe, backward: &Subframe) -> Self {
        let h = normalized(response);
        let fits = energy(&h) <= i64::from(i32::MAX);
        let mut all = Self {
            cross: [[0; SUBFRAME]; SUBFRAME],
            own: [[0; POSITIONS]; TRACKS],
            magnitude: [[0; POSITIONS]; TRACKS],
            signs: backward.map(|d| i32::from(d) >> 31),
        };
        for (position, &d) in backward.iter().enumerate() {
            all.magnitude[position % TRACKS][position / TRACKS] = if d < 0 { d.saturating_neg() } else { d };
        }
        for distance in 0..SUBFRAME {
            all.fill_diagonal(&h, distance, fits);
        }
        all
    }

    /// All pairs of positions that are `distance` apart, from the end of the subframe, where the sum is shortest.
    fn fill_diagonal(&mut self, h: &Subframe, distance: usize, fits: bool) {
        let mut sum = 0i32;
        for (n, (&near, &far)) in h.iter().zip(&h[distance..]).enumerate() {
            // Partial sums are bounded by the energy.
            sum = if fits { sum + 2 * i32::from(near) * i32::from(far) } else { mac(sum, near, far) };
            let second = SUBFRAME - 1 - n;
            let first = second - distance;
            let value = upper(sum);
            if distance == 0 {
                self.own[first % TRACKS][first / TRACKS] = value;
                continue;
            }
            // 32767 where both signs are alike, else -32768.
            let factor = i32::from(i16::MAX) ^ self.signs[first] ^ self.signs[second];
            let value = short(value, factor as i16);
            self.cross[first][usize::from(PLACES[second])] = value;
            self.cross[second][usize::from(PLACES[first])] = value;
        }
    }

    /// Of a position with all of a track.
    pub fn with_track(&self, position: usize, track: usize) -> &[i16; POSITIONS] {
        &self.cross[position].as_chunks().0[track]
    }

    /// Of each position of a track with itself.
    pub fn own_track(&self, track: usize) -> &[i16; POSITIONS] {
        &self.own[track]
    }

    /// Whether the pulse at a position is positive.
    pub fn is_positive(&self, position: usize) -> bool {
        self.signs[position] == 0
    }
}
