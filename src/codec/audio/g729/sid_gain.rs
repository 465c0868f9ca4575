//! Real-time: the logarithmic quantizer of the comfort noise's energy, clause B.4.2.1.

use super::arith::{Split, shl, shl16, short, short_round};
use super::functions::log2;
use super::tables::{ENERGY_FACTOR, ENERGY_MARGIN};

/// An energy: mantissa and its fractional bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Energy {
    /// Mantissa.
    pub mantissa: i16,
    /// Fractional bits.
    pub format: i32,
}

/// A quantized energy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantizedEnergy {
    /// 5-bit index.
    pub index: u8,
    /// What it stands for, dB.
    pub decibels: i16,
}

/// The energy of an active frame's excitation, for a descriptor that was lost; its format counts the other way.
pub fn quantize_excitation(energy: Energy) -> QuantizedEnergy {
    let value = shl(energy.mantissa.into(), energy.format);
    quantize(Split::new(value).times(ENERGY_FACTOR[0]), 0)
}

/// The mean of one or two residual energies, newest first.
pub fn quantize_mean(energies: &[Energy]) -> QuantizedEnergy {
    let least = energies.iter().fold(i32::MAX, |least, energy| least.min(energy.format));
    let format = least.saturating_add(16 - ENERGY_MARGIN[energies.len().min(2)]);
    let sum = energies
        .iter()
        .fold(0i32, |sum, energy| sum.saturating_add(shl(energy.mantissa.into(), format - energy.format)));
    quantize(Split::new(sum).times(ENERGY_FACTOR[energies.len().min(2)]), format)
}

fn quantize(energy: i32, format: i32) -> QuantizedEnergy {
    let (exponent, fraction) = log2(energy);
    let whole = (i32::from(exponent) - format).clamp(-0x4000, 0x4000) as i16;
    let logarithm = shl16(whole, 10).saturating_add(short_round(fraction, 1_024));
    // Thresholds of −8, 65 and 14 dB.
    if logarithm.saturating_sub(-2_721) <= 0 {
        return QuantizedEnergy { index: 0, decibels: -12 };
    }
    if logarithm > 22_111 {
        return QuantizedEnergy { index: 31, decibels: 66 };
    }
    if logarithm <= 4_762 {
        let index = short(logarithm.saturating_add(3_401), 24).max(1);
        return QuantizedEnergy { index: index as u8, decibels: 4 * index - 8 };
    }
    let index = ((short(logarithm.saturating_sub(340), 193) >> 2) - 1).max(6);
    QuantizedEnergy { index: index as u8, decibels: 2 * index + 4 }
}
