//! Real-time: pitch lags in thirds of a sample and their codewords; clauses 3.7.2, 4.1.2 and 4.1.3.

use super::arith::short;
use std::ops::RangeInclusive;

/// Shortest lag.
pub const SHORTEST: i16 = 20;
/// Longest lag.
pub const LONGEST: i16 = 143;

/// A lag: integer part and −1, 0 or 1 thirds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// Whole samples.
    pub whole: i16,
    /// Thirds.
    pub thirds: i16,
}

/// (x + 2)/3 for codewords.
fn third(index: i16) -> i16 {
    short(index + 2, 10_923)
}

/// What the closed loop searches in the first subframe around the open-loop lag.
pub fn around_open_loop(lag: i16) -> RangeInclusive<i16> {
    let first = (lag - 3).clamp(SHORTEST, LONGEST - 6);
    first..=first + 6
}

/// What the second subframe's lag is coded relative to: ten lags around the first's.
pub fn around_first(whole: i16) -> RangeInclusive<i16> {
    let first = (whole - 5).clamp(SHORTEST, LONGEST - 9);
    first..=first + 9
}

impl Lag {
    /// Of an 8-bit codeword of the first subframe.
    pub fn of_first(index: u8) -> Self {
        let index = i16::from(index);
        if index >= 197 {
            return Self { whole: index - 112, thirds: 0 };
        }
        let whole = third(index) + 19;
        Self { whole, thirds: index - 3 * whole + 58 }
    }

    /// Of a 5-bit codeword of the second subframe.
    pub fn of_second(index: u8, first_whole: i16) -> Self {
        let index = i16::from(index & 0x1F);
        let step = third(index) - 1;
        Self { whole: step + around_first(first_whole).start(), thirds: index - 2 - 3 * step }
    }

    /// Codeword in the first subframe.
    pub fn code_first(self) -> u8 {
        let code = if self.whole <= 85 { 3 * self.whole - 58 + self.thirds } else { self.whole + 112 };
        code as u8
    }

    /// Codeword in the second subframe.
    pub fn code_second(self, first_whole: i16) -> u8 {
        (3 * (self.whole - around_first(first_whole).start()) + 2 + self.thirds) as u8
    }
}

/// Parity of the six most significant bits of the first codeword; odd parity of ones gives 0.
pub fn parity(index: u8) -> bool {
    (index >> 2).count_ones().is_multiple_of(2)
}
