//! Pure: which single tones are listened for.

use crate::processing::audio::tone::Tone;
use crate::processing::audio::tone::bank::{FREQUENCIES, HOP_MS};
use crate::processing::stage::ProcessingError;

/// A tone to listen for.
///
/// Example: [`SingleToneParams`].
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct SingleTone {
    /// What is reported.
    pub tone: Tone,
    /// Its frequency in Hz, 200 to 3,600.
    pub hz: f32,
    /// How far off it may be in Hz, 1 to 60.
    pub tolerance_hz: f32,
    /// How long it has to last, 50 to 5,000 ms.
    pub least_ms: u16,
}

impl SingleTone {
    /// The fax calling tone of T.30: 1,100 Hz ± 38 Hz (and what the measure may be off) for half a second.
    pub const FAX_CNG: Self = Self { tone: Tone::FaxCng, hz: 1_100.0, tolerance_hz: 42.0, least_ms: 300 };
    /// The answer tone of T.30 and V.25: 2,100 Hz ± 15 Hz, told apart by
    /// phase reversals.
    pub const FAX_CED: Self = Self { tone: Tone::FaxCed, hz: 2_100.0, tolerance_hz: 22.0, least_ms: 300 };

    /// A call-progress frequency.
    #[must_use]
    pub const fn progress(hz: u16, least_ms: u16) -> Self {
        Self { tone: Tone::Single(hz), hz: hz as f32, tolerance_hz: 12.0, least_ms }
    }

    pub(super) fn least_looks(&self) -> u32 {
        u32::from(self.least_ms / HOP_MS)
    }
}

/// The tones that are listened for. Plain data: it may go to a media thread.
///
/// ```
/// use media_core::ProcessingParams;
/// use media_core::processing::{SingleTone, SingleToneParams};
///
/// let busy = SingleTone::progress(425, 200); // Hz, ms
/// let mut params = ProcessingParams::default();
/// params.single_tones = SingleToneParams::of(&[SingleTone::FAX_CNG, busy]).into();
/// assert_eq!(SingleTone::FAX_CNG.hz, 1_100.0); // ITU-T T.30; told as EventKind::ToneStarted
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct SingleToneParams {
    /// Up to eight; frequencies at least 100 Hz apart.
    pub tones: [Option<SingleTone>; FREQUENCIES],
    /// The faintest level in dBm0, −60 to 0.
    pub least_dbm0: f32,
}

impl SingleToneParams {
    /// The first eight of `tones`, down to −43 dBm0 (what T.30 wants of receivers).
    #[must_use]
    pub fn of(tones: &[SingleTone]) -> Self {
        let mut params = Self { tones: [None; FREQUENCIES], least_dbm0: -43.0 };
        for (slot, tone) in params.tones.iter_mut().zip(tones) {
            *slot = Some(*tone);
        }
        params
    }

    /// Fax: calling and answer tone.
    #[must_use]
    pub fn fax() -> Self {
        Self::of(&[SingleTone::FAX_CNG, SingleTone::FAX_CED])
    }

    pub(super) fn check(&self) -> Result<(), ProcessingError> {
        ProcessingError::within("least_dbm0", self.least_dbm0, -60.0, 0.0, "-60 to 0 dBm0")?;
        for tone in self.tones.iter().flatten() {
            ProcessingError::within("hz", tone.hz, 200.0, 3_600.0, "200 to 3600 Hz")?;
            ProcessingError::within("tolerance_hz", tone.tolerance_hz, 1.0, 60.0, "1 to 60 Hz")?;
            ProcessingError::within("least_ms", f32::from(tone.least_ms), 50.0, 5_000.0, "50 to 5000 ms")?;
        }
        Ok(())
    }

    /// The least power of a tone: that of a sine of full scale is 0.5.
    pub(super) fn least_power(&self) -> f32 {
        0.5 * 10f32.powf((self.least_dbm0 - 3.15) / 10.0)
    }
}
