//! Pure: the settings of the compressor.

use crate::processing::stage::ProcessingError;
use crate::types::setters;

/// How it compresses. Plain data: it may go to a media thread.
///
/// Example: [`Compressor`](crate::processing::Compressor).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct CompressorParams {
    /// Where it begins, as RMS in dBFS, −80 to 0.
    pub threshold_dbfs: f32,
    /// dB of input for a dB of output above the threshold, 1 to 100.
    pub ratio: f32,
    /// How wide the soft knee around the threshold is in dB, 0 to 40.
    pub knee_db: f32,
    /// Time constant while the gain falls in ms, 1 to 1,000.
    pub attack_ms: f32,
    /// Time constant while it rises in ms, 1 to 5,000.
    pub release_ms: f32,
    /// Gain after it in dB, −20 to 40.
    pub make_up_db: f32,
}

impl Default for CompressorParams {
    fn default() -> Self {
        Self { threshold_dbfs: -24.0, ratio: 3.0, knee_db: 6.0, attack_ms: 5.0, release_ms: 120.0, make_up_db: 0.0 }
    }
}

setters! {
    CompressorParams {
        threshold_dbfs: f32,
        ratio: f32,
        knee_db: f32,
        attack_ms: f32,
        release_ms: f32,
        make_up_db: f32,
    }
}

impl CompressorParams {
    pub(super) fn check(&self) -> Result<(), ProcessingError> {
        ProcessingError::within("threshold_dbfs", self.threshold_dbfs, -80.0, 0.0, "-80 to 0 dBFS")?;
        ProcessingError::within("ratio", self.ratio, 1.0, 100.0, "1 to 100")?;
        ProcessingError::within("knee_db", self.knee_db, 0.0, 40.0, "0 to 40 dB")?;
        ProcessingError::within("attack_ms", self.attack_ms, 1.0, 1_000.0, "1 to 1000 ms")?;
        ProcessingError::within("release_ms", self.release_ms, 1.0, 5_000.0, "1 to 5000 ms")?;
        ProcessingError::within("make_up_db", self.make_up_db, -20.0, 40.0, "-20 to 40 dB")?;
        Ok(())
    }

    /// The gain in dB (at most 0) for a steady level in dBFS.
    pub fn curve(&self, level_dbfs: f32) -> f32 {
        let (over, slope) = (level_dbfs - self.threshold_dbfs, 1.0 / self.ratio - 1.0);
        let half = 0.5 * self.knee_db;
        if over <= -half {
            0.0
        } else if over < half {
            slope * (over + half) * (over + half) / (2.0 * self.knee_db)
        } else {
            slope * over
        }
    }
}
