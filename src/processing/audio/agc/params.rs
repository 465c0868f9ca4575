//! Pure: the settings of gain control.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// How the gain is found.
///
/// Example: [`AgcParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum AgcAlgorithm {
    /// One gain for all frequencies; no delay.
    #[default]
    Wideband,
    /// A compressor in each of three bands, a limiter that looks ahead; 8 ms of delay.
    Multiband,
}

/// What gain control aims at. Plain data: it may go to a media thread.
///
/// ```
/// use media_core::ProcessingParams;
/// use media_core::processing::{AgcAlgorithm, AgcParams, AgcStage};
///
/// let agc = AgcStage::default().algorithm(AgcAlgorithm::Multiband).params(AgcParams::default().target_lufs(-23.0));
/// let mut params = ProcessingParams::default();
/// params.agc = agc.into();
/// assert_eq!(AgcParams::default(), AgcStage::default().params);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct AgcParams {
    /// The loudness of speech that is wanted, −40 to −10 LUFS.
    pub target_lufs: f32,
    /// The greatest gain in dB, 0 to 40.
    pub most_gain_db: f32,
    /// The greatest attenuation in dB, 0 to 40.
    pub most_attenuation_db: f32,
    /// No sample's magnitude is over this, −20 to 0 dBFS.
    pub ceiling_dbfs: f32,
}

impl Default for AgcParams {
    fn default() -> Self {
        Self { target_lufs: -20.0, most_gain_db: 32.0, most_attenuation_db: 32.0, ceiling_dbfs: -1.0 }
    }
}

setters! { AgcParams { target_lufs: f32, most_gain_db: f32, most_attenuation_db: f32, ceiling_dbfs: f32 } }

impl AgcParams {
    pub(crate) fn check(&self) -> Result<(), ProcessingError> {
        ProcessingError::within("target_lufs", self.target_lufs, -40.0, -10.0, "-40 to -10 LUFS")?;
        ProcessingError::within("most_gain_db", self.most_gain_db, 0.0, 40.0, "0 to 40 dB")?;
        ProcessingError::within("most_attenuation_db", self.most_attenuation_db, 0.0, 40.0, "0 to 40 dB")?;
        ProcessingError::within("ceiling_dbfs", self.ceiling_dbfs, -20.0, 0.0, "-20 to 0 dBFS")?;
        Ok(())
    }
}
