//! Pure: the settings of the equalizer.

use crate::processing::effects::biquad::{Coefficients, Shape};
use crate::processing::stage::ProcessingError;
use crate::types::SampleRate;

/// Bands that an equalizer can have.
pub const MAX_BANDS: usize = 8;

/// One band.
///
/// Example: [`Equalizer`](crate::processing::Equalizer).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Band {
    /// What it does.
    pub shape: Shape,
    /// Where, in Hz: 10 to 20,000; beyond 0.49 of the sample rate it works at that edge.
    pub hz: f32,
    /// How narrow: 0.1 to 20; 0.707 is a flat pass filter or shelf.
    pub q: f32,
    /// Gain of a peak or shelf in dB, −30 to 30.
    pub gain_db: f32,
}

impl Band {
    /// At `hz`, with a Q of 0.707 and without gain.
    pub fn new(shape: Shape, hz: f32) -> Self {
        Self { shape, hz, q: 0.707, gain_db: 0.0 }
    }

    /// With another Q: 0.1 to 20.
    #[must_use]
    pub fn q(self, q: f32) -> Self {
        Self { q, ..self }
    }

    /// With a gain, of a peak or shelf: -30 to 30 dB.
    #[must_use]
    pub fn gain_db(self, gain_db: f32) -> Self {
        Self { gain_db, ..self }
    }

    /// Its coefficients at a sample rate.
    pub fn coefficients(&self, rate: SampleRate) -> Coefficients {
        Coefficients::new(rate, self.shape, self.hz, self.q, self.gain_db)
    }
}

/// The bands. Plain data: it may go to a media thread.
///
/// Example: [`Equalizer`](crate::processing::Equalizer).
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct EqualizerParams {
    /// In the order in which they are applied; `None` does nothing.
    pub bands: [Option<Band>; MAX_BANDS],
}

impl EqualizerParams {
    /// The first eight of `bands`.
    #[must_use]
    pub fn of(bands: &[Band]) -> Self {
        let mut params = Self::default();
        for (slot, band) in params.bands.iter_mut().zip(bands) {
            *slot = Some(*band);
        }
        params
    }

    pub(super) fn check(&self) -> Result<(), ProcessingError> {
        for band in self.bands.iter().flatten() {
            ProcessingError::within("hz", band.hz, 10.0, 20_000.0, "10 to 20000 Hz")?;
            ProcessingError::within("q", band.q, 0.1, 20.0, "0.1 to 20")?;
            ProcessingError::within("gain_db", band.gain_db, -30.0, 30.0, "-30 to 30 dB")?;
        }
        Ok(())
    }
}
