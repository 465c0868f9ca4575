//! Control: what can go wrong with a prompt before it is played. What goes wrong later is told by
//! [`PlaybackEnd::Failed`](crate::PlaybackEnd::Failed).

use crate::playback::PlaybackId;
use crate::types::{ConferenceId, SessionId};
use std::path::PathBuf;

/// A prompt that cannot be played as asked for.
///
/// ```
/// use media_core::{Error, MediaEngineConfig, MediaSessionParams, PlaybackError, Prompt, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// let refused = engine.complete(bot.play(Prompt::file("../secret.wav"))).unwrap_err();
/// assert_eq!(refused, Error::Playback(PlaybackError::Path("../secret.wav".into())));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaybackError {
    /// No part, or too many.
    #[error("a prompt has 1 to {most} parts, and this one has {given}")]
    Parts {
        /// How many.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// It is to be played 0 times.
    #[error("a prompt is played 1 time or more, or for ever")]
    NoRound,
    /// Samples of a rate that is not converted.
    #[error("samples at {0} Hz cannot be played: 4,000 to 192,000 Hz can")]
    Rate(u32),
    /// A tone that cannot be.
    #[error("{0}")]
    Tone(&'static str),
    /// A path that goes up, or that lies outside of the media root.
    #[error(
        "{0:?} may not be played: no path has `..`, and each lies below MediaEngineConfig::media_root where that is set"
    )]
    Path(PathBuf),
    /// So many wait already.
    #[error(
        "session {0} has {1} prompts that play or wait, the most that it can have: wait until one is over, or flush them"
    )]
    QueueFull(SessionId, usize),
    /// The same of a room.
    #[error(
        "conference {0} has {1} prompts that play or wait, the most that it can have: wait until one is over, or flush them"
    )]
    RoomQueueFull(ConferenceId, usize),
    /// It is to end when its listener speaks, and nobody listens for that.
    #[error("session {0} has no voice detector to interrupt a prompt by: set ProcessingParams::vad")]
    NoVoiceDetector(SessionId),
    /// The disk has stalled for so long that nothing more is taken.
    #[error("the thread that reads prompts is far behind: a disk stalls; try again when it answers")]
    Stalled,
    /// The embedder's samples come there already.
    #[error(
        "session {0} has an injection there already: it has one at a time into what it hears and one into what it says, and each is \
         ended by being dropped"
    )]
    Injected(SessionId),
    /// The members of a room are to be heard otherwise beside an injection.
    #[error(
        "members of conference {0} cannot be heard at another gain beside an injection: leave InjectParams::beside as it is"
    )]
    BesideInRoom(ConferenceId),
    /// It is over.
    #[error("prompt {0} is over")]
    Over(PlaybackId),
}
