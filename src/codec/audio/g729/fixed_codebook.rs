//! Real-time: the algebraic codebook: four pulses of ±1 in a subframe, their codewords, and the sharpening by the pitch.
//! Clauses 3.8 and 4.1.4.

use super::arith::{shl16, short};
use super::{SUBFRAME, Subframe};

/// Tracks: the first three hold a pulse each, the last two share one.
pub const TRACKS: usize = 5;
/// Positions of a track.
pub const POSITIONS: usize = 8;

/// Least and greatest gain of the sharpening, 0.2 and 0.8 in Q14.
const SHARPENING: [i16; 2] = [3_277, 13_017];

/// Codewords of a subframe's pulses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PulseIndices {
    /// C: positions, 13 bits.
    pub positions: u16,
    /// S: signs, 4 bits.
    pub signs: u8,
}

/// Four pulses: position and whether positive.
pub type Pulses = [(usize, bool); 4];

impl PulseIndices {
    /// Codewords of pulses.
    pub fn new(pulses: &Pulses) -> Self {
        let last = pulses[3].0;
        let mut positions = (2 * (last / TRACKS) + usize::from(last % TRACKS == 4)) << 9;
        for (track, &(position, _)) in pulses[..3].iter().enumerate() {
            positions |= (position / TRACKS) << (3 * track);
        }
        let signs = pulses.iter().enumerate().map(|(i, &(_, positive))| u8::from(positive) << i).sum();
        Self { positions: positions as u16, signs }
    }

    /// The pulses of codewords.
    pub fn pulses(self) -> Pulses {
        std::array::from_fn(|i| {
            let bits = usize::from(self.positions >> (3 * i));
            let position = if i < 3 { TRACKS * (bits & 7) + i } else { TRACKS * (bits >> 1 & 7) + 3 + (bits & 1) };
            (position, self.signs >> i & 1 == 1)
        })
    }

    /// The code vector, Q13.
    pub fn code(self) -> Subframe {
        let mut code = [0; SUBFRAME];
        for (position, positive) in self.pulses() {
            code[position] = if positive { 8_191 } else { -8_192 };
        }
        code
    }
}

/// Gain of the pre-filter from the last quantized gain of the adaptive codebook, clause 3.8 (equation 47). Q14.
#[derive(Debug, Clone, Copy)]
pub struct Sharpening(i16);

impl Default for Sharpening {
    fn default() -> Self {
        Self(SHARPENING[0])
    }
}

impl Sharpening {
    /// After a subframe with this gain.
    pub fn new(pitch_gain: i16) -> Self {
        Self(pitch_gain.clamp(SHARPENING[0], SHARPENING[1]))
    }

    /// Repeats what is in the vector at the pitch lag, if that is shorter than a subframe.
    pub fn apply(self, vector: &mut Subframe, lag: i16) {
        let gain = shl16(self.0, 1);
        for n in lag as usize..SUBFRAME {
            vector[n] = vector[n].saturating_add(short(vector[n - lag as usize], gain));
        }
    }
}
