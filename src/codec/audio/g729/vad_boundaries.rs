//! Real-time: the fourteen boundaries that part voice from background noise, clause B.3.5 and Table B.1.

use super::arith::shr;

/// How a frame differs from the background.
#[derive(Debug, Clone, Copy)]
pub struct Differences {
    /// Spectral distortion, Q15.
    pub spectrum: i16,
    /// Of the energy, background less frame, Q11.
    pub energy: i16,
    /// Of the energy below 1 kHz.
    pub low_energy: i16,
    /// Of the rate of zero crossings, Q15.
    pub crossings: i16,
}

#[derive(Debug, Clone, Copy)]
enum Measure {
    Spectrum,
    Energy,
    LowEnergy,
    Crossings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// Voice is where `((slope · x + offset) >> shift) + weight · y` is on the given side of 0; slope and weight are doubled,
/// as products are.
struct Boundary {
    slope: i32,
    x: Measure,
    offset: i32,
    shift: i32,
    weight: i32,
    y: Measure,
    side: Side,
}

/// Weight that puts a measure into the upper word.
const UPPER: i32 = 0x8000;

const fn boundary(line: (i32, Measure), offset: [i32; 2], shift: i32, with: (i32, Measure), side: Side) -> Boundary {
    Boundary { slope: line.0, x: line.1, offset: 2 * offset[0] * offset[1], shift, weight: with.0, y: with.1, side }
}

use Measure::{Crossings, Energy, LowEnergy, Spectrum};
use Side::{Above, Below};

static BOUNDARIES: [Boundary; 14] = [
    boundary((-14_680, Crossings), [8_192, -28_521], 8, (UPPER, Spectrum), Above),
    boundary((19_065, Crossings), [8_192, -19_446], 7, (UPPER, Spectrum), Above),
    boundary((20_480, Crossings), [8_192, 16_384], 2, (UPPER, Energy), Below),
    boundary((-16_384, Crossings), [8_192, 19_660], 2, (UPPER, Energy), Below),
    boundary((32_767, Energy), [1_024, 30_802], 0, (0, Energy), Below),
    boundary((-28_160, Spectrum), [64, 19_988], 0, (512, Energy), Below),
    boundary((32_767, Spectrum), [32, -30_199], 0, (0, Spectrum), Above),
    boundary((-20_480, Crossings), [8_192, 22_938], 2, (UPPER, Energy), Below),
    boundary((23_831, Crossings), [4_096, 31_576], 2, (UPPER, Energy), Below),
    boundary((32_767, Energy), [2_048, 17_367], 0, (0, Energy), Below),
    boundary((-22_400, Spectrum), [32, 25_395], 0, (256, LowEnergy), Below),
    boundary((-30_427, Energy), [256, -29_959], 0, (UPPER, LowEnergy), Above),
    boundary((-23_406, Energy), [512, 28_087], 0, (UPPER, LowEnergy), Below),
    boundary((24_576, Energy), [1_024, 29_491], 0, (16_384, LowEnergy), Below),
];

impl Differences {
    fn of(&self, measure: Measure) -> i32 {
        match measure {
            Spectrum => self.spectrum,
            Energy => self.energy,
            LowEnergy => self.low_energy,
            Crossings => self.crossings,
        }
        .into()
    }

    /// Whether any boundary is crossed: the initial decision.
    pub fn are_voice(&self) -> bool {
        BOUNDARIES.iter().any(|boundary| {
            let line = (2 * boundary.slope * self.of(boundary.x)).saturating_add(boundary.offset);
            let term = (boundary.weight * self.of(boundary.y)).saturating_mul(2);
            let value = shr(line, boundary.shift).saturating_add(term);
            if boundary.side == Above { value > 0 } else { value < 0 }
        })
    }
}
