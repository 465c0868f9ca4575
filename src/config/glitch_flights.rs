//! Control: files of the flight recorder that are written by themselves.

use std::path::PathBuf;
use std::time::Duration;

/// Files of the flight recorder that are written by themselves, as a call breaks: of the session whose glitch it is, whatever its cause but
/// a hold and a change of codec. Each is told by [`EventKind::FlightWritten`](crate::EventKind::FlightWritten).
///
/// They are named `glitch-MS-SESSION-CAUSE.flight`, after the wall's clock in ms since 1970, and written as
/// [`flight`](crate::MediaSessionHandle::flight) writes them: by a thread of their own, readable by their owner alone. One at a time: what
/// breaks sooner is in the next one, or in none.
///
/// ```
/// use media_core::{GlitchFlights, MediaEngineConfig};
/// use std::time::Duration;
///
/// let flights = GlitchFlights::into_folder(std::env::temp_dir()).apart(Duration::from_secs(600)).files(20);
/// let config = MediaEngineConfig::default().flight_seconds(30).flight_on_glitch(flights);
/// assert!(config.plan().is_ok());
/// let error = config.flight_seconds(0).plan().unwrap_err();
/// assert_eq!(error.field, "flight_on_glitch");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GlitchFlights {
    /// The folder that they go to. It has to be there.
    pub folder: PathBuf,
    /// The least time between two of them, of all sessions together: 1 s to 24 h. Default 60 s.
    pub apart: Duration,
    /// How many of that name the folder has at most, 1 to 10,000: beyond it the oldest is removed, also one of an engine before. Default 100.
    pub files: u32,
}

impl GlitchFlights {
    /// Into that folder, one a minute at most, the last hundred.
    pub fn into_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), apart: Duration::from_secs(60), files: 100 }
    }

    /// With this [`apart`](Self#structfield.apart).
    #[must_use]
    pub fn apart(self, apart: Duration) -> Self {
        Self { apart, ..self }
    }

    /// With this [`files`](Self#structfield.files).
    #[must_use]
    pub fn files(self, files: u32) -> Self {
        Self { files, ..self }
    }
}
