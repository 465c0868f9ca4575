//! Control: what can go wrong with a recording.

use crate::error::ConfigError;
use crate::types::RecordingId;
use std::path::{Path, PathBuf};

/// A recording.
///
/// ```
/// use media_core::{Error, MediaEngineConfig, MediaSessionParams, RecordError, RecordParams, SampleRate, VirtualEngine};
///
/// let config = MediaEngineConfig::default().record_root(std::env::temp_dir());
/// let mut engine = VirtualEngine::new(config, 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// let error = engine.complete(bot.record(RecordParams::new("../etc/call.wav"))).unwrap_err();
/// assert!(matches!(error, Error::Record(RecordError::Name { .. })), "{error}");
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Nobody said where recordings go.
    #[error("recordings have no place: set record_root in MediaEngineConfig to the folder that they go to")]
    NoRoot,
    /// A name that leads nowhere, or out of the folder of recordings.
    #[error("{} is no name of a recording: {why}; give a path below record_root", path.display())]
    Name {
        /// What was given.
        path: PathBuf,
        /// What of it leads there.
        why: &'static str,
    },
    /// A file of that name is there.
    #[error("{} (or its .part, of an earlier process) is there already: recordings overwrite nothing, give another name", .0.display())]
    Exists(PathBuf),
    /// The disk, or whoever may use it.
    #[error("{}: {why}", path.display())]
    System {
        /// What was to be written.
        path: PathBuf,
        /// Of which kind, as [`EventKind::RecordingFailed`](crate::EventKind::RecordingFailed) tells it.
        kind: std::io::ErrorKind,
        /// What the system said.
        why: String,
    },
    /// A number, or a choice, that is not possible.
    #[error(transparent)]
    Parameter(#[from] ConfigError),
    /// It has ended.
    #[error("recording {0} has ended: its event RecordingFinished or RecordingFailed said how")]
    Ended(RecordingId),
}

impl RecordError {
    /// What the system said of a file.
    pub(crate) fn of_system(path: &Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => Self::Exists(path.to_owned()),
            kind => Self::System { path: path.to_owned(), kind, why: error.to_string() },
        }
    }

    /// What kind of error it is, for an event.
    pub(crate) fn kind(&self) -> std::io::ErrorKind {
        match self {
            Self::System { kind, .. } => *kind,
            Self::Exists(_) => std::io::ErrorKind::AlreadyExists,
            Self::Name { .. } | Self::Parameter(_) => std::io::ErrorKind::InvalidInput,
            Self::NoRoot | Self::Ended(_) => std::io::ErrorKind::NotFound,
        }
    }
}
