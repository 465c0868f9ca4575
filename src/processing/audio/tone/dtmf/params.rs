//! Pure: the settings of the DTMF detector.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// A sine of full scale.
pub(in crate::processing::audio::tone) const FULL_SCALE_DBM0: f32 = 3.15;

/// What counts as a digit. Plain data: it may go to a media thread.
///
/// Example: [`ProcessingParams`](crate::ProcessingParams).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct DtmfParams {
    /// The faintest level of either tone in dBm0, −60 to 0: below it nothing is recognized. (Q.24: −25 has to be
    /// recognized, and −55 not.) A sine of full scale has +3.15 dBm0 here (A-law 3.14, µ-law 3.17).
    pub least_dbm0: f32,
    /// By how much the high group may be the stronger one, 0 to 15 dB (Q.24: 4).
    pub high_stronger_db: f32,
    /// By how much the low group may be the stronger one, 0 to 15 dB (Q.24: 8).
    pub low_stronger_db: f32,
}

impl Default for DtmfParams {
    fn default() -> Self {
        Self { least_dbm0: -42.0, high_stronger_db: 6.0, low_stronger_db: 10.0 }
    }
}

setters! { DtmfParams { least_dbm0: f32, high_stronger_db: f32, low_stronger_db: f32 } }

impl DtmfParams {
    pub(super) fn check(self) -> Result<(), ProcessingError> {
        ProcessingError::within("least_dbm0", self.least_dbm0, -60.0, 0.0, "-60 to 0 dBm0")?;
        ProcessingError::within("high_stronger_db", self.high_stronger_db, 0.0, 15.0, "0 to 15 dB")?;
        ProcessingError::within("low_stronger_db", self.low_stronger_db, 0.0, 15.0, "0 to 15 dB")?;
        Ok(())
    }

    /// The least power of a tone: that of a sine of full scale is 0.5.
    pub(super) fn least_power(self) -> f32 {
        0.5 * 10f32.powf((self.least_dbm0 - FULL_SCALE_DBM0) / 10.0)
    }

    pub(super) fn high_stronger(self) -> f32 {
        10f32.powf(self.high_stronger_db / 10.0)
    }

    pub(super) fn low_stronger(self) -> f32 {
        10f32.powf(self.low_stronger_db / 10.0)
    }
}
