//! Control: what the flight recorder has of a call, into a file, through the session's handle.

use crate::control::Pending;
use crate::engine::session_handle::MediaSessionHandle;
#[cfg(doc)]
use crate::error::FlightError;
use crate::flight::FlightReport;
use std::path::PathBuf;

impl MediaSessionHandle {
    /// Writes what came into the media threads for this session in the last
    /// [`flight_seconds`](crate::MediaEngineConfig::flight_seconds), and for the sessions that it hears or is heard by, to a new file that
    /// only its owner may read (mode 600): [`FlightFile`](crate::FlightFile) replays it, as `media-lab replay` does. No media
    /// thread takes part. The file holds the callers' voices unless
    /// [`flight_payloads`](crate::MediaEngineConfig::flight_payloads) is off.
    ///
    /// ```
    /// use media_core::{AudioFormat, Error, FlightError, MediaEngineConfig, MediaSessionParams, VirtualEngine};
    ///
    /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// let a = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
    /// let a = engine.complete(a)?;
    /// assert_eq!(engine.complete(a.flight("/tmp/a.flight")), Err(Error::Flight(FlightError::Off)));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// Through the answer: [`FlightError`]: the recorder is off, nothing is kept, the file is there already or cannot be
    /// written.
    pub fn flight(&self, path: impl Into<PathBuf>) -> Pending<FlightReport> {
        let (id, path) = (self.id(), path.into());
        self.engine().request(move |s, promise| s.flight(id, &path, promise))
    }
}
