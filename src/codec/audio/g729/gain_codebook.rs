//! Real-time: the conjugate-structure codebook of the gains, the prediction of the fixed codebook's gain, and the decoder
//! with its concealment. Clauses 3.9.1, 3.9.3, 4.1.5, 4.4.2 and 4.4.3.

use super::Subframe;
use super::arith::{Split, mac, product, shl, short, upper};
use super::functions::{log2, power_of_two};
use super::tables::{ENERGY_PREDICTOR, GAIN_FIRST_CODE, GAIN_FIRST_ENTRY, GAIN_FIRST_STAGE};
use super::tables::{GAIN_SECOND_CODE, GAIN_SECOND_ENTRY, GAIN_SECOND_STAGE};

/// −14 dB, Q10.
const FLOOR: i16 = -14_336;

/// Gain of the fixed codebook as predicted: mantissa and its fractional bits.
#[derive(Debug, Clone, Copy)]
pub struct PredictedGain {
    /// Mantissa, 2^14 and more.
    pub mantissa: i16,
    /// Fractional bits.
    pub format: i32,
}

/// The prediction errors of the last four subframes, newest first, dB in Q10.
#[derive(Debug, Clone)]
pub struct GainPredictor {
    past: [i16; 4],
}

impl Default for GainPredictor {
    fn default() -> Self {
        Self { past: [FLOOR; 4] }
    }
}

impl GainPredictor {
    /// For a code vector (Q13), equations (66) to (71).
    pub fn predict(&self, code: &Subframe) -> PredictedGain {
        let energy = code.iter().fold(0, |sum, &c| mac(sum, c, c));
        let (high, low) = log2(energy);
        // 127.298 dB − 3.0103 · log2: the mean energy, the subframe's length and the code's format are in the constant.
        let rest = mac(Split { high, low }.times(-24_660), 32_588, 32);
        let predicted = self.past.iter().zip(&ENERGY_PREDICTOR);
        let decibels = upper(predicted.fold(shl(rest, 10), |sum, (&past, &share)| mac(sum, share, past)));
        // 0.166 = log2(10)/20.
        let power = Split::new(product(decibels, 5_439) >> 8);
        PredictedGain { mantissa: power_of_two(14, power.low) as i16, format: 14 - i32::from(power.high) }
    }

    fn push(&mut self, newest: i16) {
        self.past.rotate_right(1);
        self.past[0] = newest;
    }

    /// A subframe had this correction factor (Q13), equation (72).
    pub fn update(&mut self, correction: i32) {
        let (exponent, low) = log2(correction);
        let logarithm = Split { high: exponent - 13, low }.join();
        self.push(short(upper(shl(logarithm, 13)), 24_660));
    }

    /// A subframe was lost, equation (95).
    pub fn fade(&mut self) {
        let mean = self.past.iter().map(|&past| i32::from(past)).sum::<i32>() >> 2;
        self.push((mean as i16).saturating_sub(4_096).max(FLOOR));
    }
}

/// Entries of both stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GainEntries {
    /// Of GA.
    pub first: usize,
    /// Of GB.
    pub second: usize,
}

/// Gains of a subframe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gains {
    /// Of the adaptive codebook, Q14.
    pub pitch: i16,
    /// Of the fixed codebook, Q1.
    pub code: i16,
}

impl GainEntries {
    /// Of a codeword: three bits of GA, four of GB.
    pub fn from_code(code: u8) -> Self {
        let first = GAIN_FIRST_ENTRY[usize::from(code >> 4 & 7)].into();
        Self { first, second: GAIN_SECOND_ENTRY[usize::from(code & 0xF)].into() }
    }

    /// Their codeword.
    pub fn code(self) -> u8 {
        GAIN_FIRST_CODE[self.first] << 4 | GAIN_SECOND_CODE[self.second]
    }

    /// Gain of the adaptive codebook, Q14.
    pub fn pitch(self) -> i16 {
        GAIN_FIRST_STAGE[self.first][0].saturating_add(GAIN_SECOND_STAGE[self.second][0])
    }

    /// Correction factor of the predicted gain, Q13.
    pub fn correction(self) -> i32 {
        i32::from(GAIN_FIRST_STAGE[self.first][1]) + i32::from(GAIN_SECOND_STAGE[self.second][1])
    }

    /// Both gains; the predictor goes on.
    pub fn gains(self, predicted: PredictedGain, predictor: &mut GainPredictor) -> Gains {
        let correction = self.correction();
        let scaled = shl(product((correction >> 1) as i16, predicted.mantissa), 4 - predicted.format);
        predictor.update(correction);
        Gains { pitch: self.pitch(), code: upper(scaled) }
    }
}

/// Decoder of the gains.
#[derive(Debug, Clone, Default)]
pub struct GainDecoder {
    predictor: GainPredictor,
    last: Gains,
}

impl GainDecoder {
    /// Of a received subframe with this code vector.
    pub fn decode(&mut self, code: u8, vector: &Subframe) -> Gains {
        let predicted = self.predictor.predict(vector);
        self.last = GainEntries::from_code(code).gains(predicted, &mut self.predictor);
        self.last
    }

    /// Of an erased subframe: fading away from the last ones.
    pub fn fade(&mut self) -> Gains {
        // 0.9, as a factor and in Q14 as the most, which is never reached; 0.98.
        self.last = Gains { pitch: short(self.last.pitch, 29_491).min(29_491), code: short(self.last.code, 32_111) };
        self.predictor.fade();
        self.last
    }
}
