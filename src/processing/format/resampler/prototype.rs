//! Control: the impulse response that all conversions share, as a function of continuous time.
//!
//! A linear-phase low-pass by frequency sampling (Rabiner and Gold, *Theory and Application of Digital Signal
//! Processing*, clause 3.25): a response of finite length is a sum of cosines whose amplitudes are its spectrum at
//! multiples of 1 / length. The amplitudes were found by linear programming: the least ripple below 0.8375 E that allows
//! -0.9 dB at 0.8875 E, -102.5 dB from 1.05 E and -108.5 dB from 1.2 E on (several images of one tone add up), at 4 to 12
//! samples per 1 / E, with the ends of the response at 0.

/// Half of the response's length in units of 1 / E.
pub(super) const HALF: f64 = 12.0;

/// The spectrum at multiples of E / 24.
#[rustfmt::skip]
const SPECTRUM: [f64; 29] = [
    0.9965830, 1.0032556, 0.9972128, 1.0020582, 0.9988606, 1.0001185, 1.0009091, 0.9981496, 1.0026223, 0.9968409,
    1.0034165, 0.9966255, 1.0030379, 0.9975721, 1.0016183, 0.9992953, 0.9997868, 1.0010322, 0.9983205, 1.0019357,
    0.9983628, 0.9611078, 0.6437016, 0.2106062, 0.0226259, 0.0001606, -0.0000008, 0.0000052, -0.0000023,
];

/// The response at `time` (in units of 1 / E, 0 is the centre), for a gain of 1.
pub(super) fn response(time: f64) -> f64 {
    if time.abs() >= HALF {
        return 0.0;
    }
    let turn = std::f64::consts::PI * time / HALF;
    let cosines = SPECTRUM.iter().enumerate().skip(1).map(|(k, amplitude)| amplitude * (turn * k as f64).cos());
    (SPECTRUM[0] + 2.0 * cosines.sum::<f64>()) / (2.0 * HALF)
}
