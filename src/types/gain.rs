//! Pure: levels and gains with their units.

use std::fmt;

/// A level or a level difference in decibels. As an absolute level it is relative to digital full scale (dBov,
/// RFC 6464: 0 is a full-scale square wave).
///
/// ```
/// use media_core::{Decibels, Gain};
///
/// assert!((Decibels::from_power(0.5).0 + 3.01).abs() < 0.001); // the mean square of a full-scale sine
/// assert_eq!(Decibels::from_power(0.0), Decibels::SILENCE);
/// assert!((Gain::from_decibels(Decibels(6.02)).unwrap().factor() - 2.0).abs() < 0.001);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Decibels(pub f32);

impl Decibels {
    /// Unity gain.
    pub const UNITY: Self = Self(0.0);
    /// What silence is reported as (RFC 6464: -127 dBov).
    pub const SILENCE: Self = Self(-127.0);

    /// The level of a mean square (full scale = 1.0), floored at [`Self::SILENCE`].
    pub fn from_power(mean_square: f32) -> Self {
        if mean_square > 2e-13 { Self(10.0 * mean_square.log10()) } else { Self::SILENCE }
    }
}

impl fmt::Display for Decibels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} dB", self.0)
    }
}

/// A linear amplitude factor, 0.0..=16.0 (+24 dB), finite.
///
/// Set by [`set_gain`](crate::MediaSessionHandle::set_gain), at the boundary of a tick.
///
/// ```
/// use media_core::Gain;
///
/// assert_eq!(Gain::linear(0.5).map(Gain::factor), Some(0.5));
/// assert_eq!(Gain::linear(17.0), None); // nothing is cut to what is possible
/// assert_eq!(Gain::linear(f32::NAN), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Gain(f32);

impl Gain {
    /// Leaves audio as it is.
    pub const UNITY: Self = Self(1.0);
    /// Silence.
    pub const MUTE: Self = Self(0.0);
    /// The greatest factor, +24 dB: keeps sums within the mixer's exact range.
    pub const MAX: Self = Self(16.0);

    /// From a linear factor; `None` if it is not finite or out of range.
    pub fn linear(factor: f32) -> Option<Self> {
        (factor.is_finite() && (0.0..=Self::MAX.0).contains(&factor)).then_some(Self(factor))
    }

    /// From decibels, at most about +24; `None` if out of range or NaN. Negative infinity is silence.
    pub fn from_decibels(level: Decibels) -> Option<Self> {
        Self::linear(10f32.powf(level.0 / 20.0))
    }

    /// The linear factor.
    pub const fn factor(self) -> f32 {
        self.0
    }
}

impl TryFrom<f32> for Gain {
    type Error = &'static str;

    fn try_from(factor: f32) -> Result<Self, Self::Error> {
        Self::linear(factor).ok_or("a gain must be 0 to 16")
    }
}

impl From<Gain> for f32 {
    fn from(gain: Gain) -> Self {
        gain.0
    }
}

impl Default for Gain {
    fn default() -> Self {
        Self::UNITY
    }
}
