//! Control: what is told of a prompt: its number, how it ended, and where.

use crate::types::SampleRate;
use std::fmt;
use std::time::Duration;

/// The number of a prompt that was given to a session or a room: no other of the engine's has it.
///
/// Example: [`Playback`](crate::Playback).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaybackId(pub(crate) u64);

impl fmt::Display for PlaybackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.0)
    }
}

/// How a prompt ended, and where.
///
/// Example: [`Playback`](crate::Playback).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PlaybackReport {
    /// Which.
    pub playback: PlaybackId,
    /// Why it is over.
    pub end: PlaybackEnd,
    /// How far it had come in its present round: exact to a sample, counted from its beginning (not from where it was started).
    pub position: Duration,
    /// The same in samples of `rate`.
    pub samples: u64,
    /// The rate at which it was played.
    pub rate: SampleRate,
    /// Rounds before that one, where it is repeated.
    pub rounds: u32,
}

/// Why a prompt is over.
///
/// Example: [`Playback`](crate::Playback).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlaybackEnd {
    /// It was played to its end.
    Complete,
    /// It was stopped, or all were flushed.
    Stopped,
    /// Another prompt was played in its place.
    Replaced,
    /// A digit was pressed, and the prompt was to end then.
    InterruptedByDigit,
    /// Its listener began to speak, and the prompt was to end then.
    InterruptedBySpeech,
    /// The session or the room ended.
    SessionEnded,
    /// It could not be played, or not to its end.
    Failed(PlaybackFault),
}

/// Why a prompt cannot be played, or not to its end. The call is not concerned.
///
/// ```
/// use media_core::PlaybackFault;
///
/// let why = PlaybackFault::NotAFile.to_string();
/// assert_eq!(why, "this is a directory or a device: name a file");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaybackFault {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// The file may not be read.
    #[error("the file may not be read by this process: see its permissions")]
    NoAccess,
    /// A directory, a device, a pipe.
    #[error("this is a directory or a device: name a file")]
    NotAFile,
    /// A link leads out of the media root.
    #[error("the file lies outside of MediaEngineConfig::media_root")]
    OutsideRoot,
    /// It is no WAV file, and without feature `symphonia` no other can be read.
    #[error("this is no WAV file: convert it (MP3, FLAC and Ogg Vorbis are read with feature `symphonia`)")]
    NotWav,
    /// With feature `symphonia`: it is no WAV, MP3, FLAC or Ogg Vorbis file.
    #[error("this is no WAV, MP3, FLAC or Ogg Vorbis file: convert it")]
    UnknownFormat,
    /// A WAV file of samples that are not linear, or of a rate or a number of channels beyond what is converted.
    #[error(
        "its samples are not of 8, 16, 24 or 32 bit or 32 bit float, in 1 to 64 channels at 4,000 to 192,000 Hz: convert it"
    )]
    Unsupported,
    /// It ends before its header says; what there was has been played.
    #[error("the file ends before its header says: what there was has been played")]
    Truncated,
    /// Nothing in it.
    #[error("there is not one sample in it")]
    Empty,
    /// Reading failed.
    #[error("reading failed: {0}")]
    Io(std::io::ErrorKind),
    /// The reader of the file panicked: a defect.
    #[error("the reader of the file panicked: a defect, and the file is what shows it")]
    Panicked,
}

impl PlaybackReport {
    pub(crate) fn new(playback: PlaybackId, end: PlaybackEnd, samples: u64, rate: SampleRate, rounds: u32) -> Self {
        Self { playback, end, position: duration_of(samples, rate), samples, rate, rounds }
    }
}

/// How long so many samples last.
pub(crate) fn duration_of(samples: u64, rate: SampleRate) -> Duration {
    let hz = u64::from(rate.hz());
    Duration::from_secs(samples / hz) + Duration::from_nanos(samples % hz * 1_000_000_000 / hz)
}

/// How many samples last so long, to the nearest.
pub(crate) fn samples_in(time: Duration, rate: SampleRate) -> u64 {
    let hz = u64::from(rate.hz());
    time.as_secs()
        .saturating_mul(hz)
        .saturating_add((u64::from(time.subsec_nanos()) * hz + 500_000_000) / 1_000_000_000)
}
