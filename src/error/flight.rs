//! Control: what can go wrong with a flight file.

use crate::types::SessionId;
use std::path::{Path, PathBuf};

/// A file of the flight recorder, or its replay.
///
/// ```
/// use media_core::{FlightError, FlightFile};
///
/// assert_eq!(FlightFile::parse(b"RIFF"), Err(FlightError::NoFlight));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlightError {
    /// The recorder is off.
    #[error("the flight recorder is off: set flight_seconds in MediaEngineConfig")]
    Off,
    /// So many files are being written that one more has to wait: ask again.
    #[error("{0} flight files are being written: ask again when one of them is there")]
    Busy(usize),
    /// The session's leg is at none of the places that are noted.
    #[error("nothing of session {0} is kept: it has just begun, or all notes of it were lost")]
    Nothing(SessionId),
    /// The file cannot be written or read.
    #[error("{}: {why}", path.display())]
    System {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// It does not begin as a flight file does.
    #[error("this is no flight file: it does not begin with MCFLIGHT")]
    NoFlight,
    /// It is of a format that this library does not read.
    #[error("flight format {0} is unknown here: this library reads format 1")]
    Format(u32),
    /// It ends before all of it is there, or something in it was changed.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A parameter to be changed is not there, or does not take that value.
    #[error("{path} = {value}: {why}")]
    Set {
        /// Which parameter.
        path: String,
        /// The value that it was to have.
        value: String,
        /// Why not.
        why: String,
    },
    /// What is to be played anew cannot be made here.
    #[error("{0} cannot be made anew: {1}")]
    Rebuild(String, String),
    /// Payloads were not kept.
    #[error("the file has lengths and times only: flight_payloads was off")]
    NoPayloads,
}

impl FlightError {
    pub(crate) fn of_system(path: &Path, error: &std::io::Error) -> Self {
        Self::System { path: path.to_owned(), why: error.to_string() }
    }
}
