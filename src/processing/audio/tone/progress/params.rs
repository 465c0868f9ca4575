//! Pure: the settings of the detector of call-progress tones.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// What counts as a call-progress tone. Plain data: it may go to a media thread.
///
/// ```
/// use media_core::ProcessingParams;
/// use media_core::processing::CallProgressParams;
///
/// let mut params = ProcessingParams::default();
/// params.call_progress = CallProgressParams::default().least_dbm0(-35.0).into();
/// # let _ = params;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct CallProgressParams {
    /// The faintest level of a tone in dBm0, −60 to 0: below it nothing is recognized. Default −43. A sine of full scale has
    /// +3.15 dBm0.
    pub least_dbm0: f32,
}

impl Default for CallProgressParams {
    fn default() -> Self {
        Self { least_dbm0: -43.0 }
    }
}

setters! { CallProgressParams { least_dbm0: f32 } }

impl CallProgressParams {
    pub(super) fn check(self) -> Result<(), ProcessingError> {
        ProcessingError::within("least_dbm0", self.least_dbm0, -60.0, 0.0, "-60 to 0 dBm0")?;
        Ok(())
    }

    /// The least power of a tone: that of a sine of full scale is 0.5.
    pub(super) fn least_power(self) -> f32 {
        0.5 * 10f32.powf((self.least_dbm0 - super::super::dtmf::FULL_SCALE_DBM0) / 10.0)
    }
}
