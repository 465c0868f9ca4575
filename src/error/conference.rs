//! Control: what can go wrong with a conference.

use crate::types::{ConferenceId, SessionId};

/// A conference.
///
/// ```
/// use media_core::{ConferenceError, Error, MediaEngineConfig, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let room = engine.handle().create_conference(SampleRate::Hz16000);
/// let room = engine.complete(room)?;
/// engine.complete(room.destroy())?;
/// let gone = Error::Conference(ConferenceError::Unknown(room.id()));
/// assert_eq!(engine.complete(room.members()), Err(gone));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConferenceError {
    /// It is gone.
    #[error("conference {0} is gone: create a new one")]
    Unknown(ConferenceId),
    /// The session is a member already.
    #[error("session {1} is in conference {0} already")]
    AlreadyMember(ConferenceId, SessionId),
    /// The session is no member.
    #[error("session {1} is not in conference {0}")]
    NotMember(ConferenceId, SessionId),
    /// It holds no more members.
    #[error("conference {0} is full: it holds {1} members")]
    Full(ConferenceId, usize),
    /// So many members may speak or whisper.
    #[error(
        "conference {0} has {1} members who speak or whisper, the most that it can have: let others join to listen"
    )]
    TooManySpeakers(ConferenceId, usize),
    /// Whispers to members on other media threads have no more room there.
    #[error(
        "conference {0} has no room for one more whisper to another media thread: raise max_conferences, or end another"
    )]
    TooManyWhispers(ConferenceId),
    /// A member is to whisper to itself.
    #[error("session {1} of conference {0} is to whisper to itself: name other members")]
    WhispersToSelf(ConferenceId, SessionId),
    /// A conference for so many members cannot be.
    #[error("a conference cannot be for {0} members: max_members is 1 to {1}")]
    MaxMembers(usize, usize),
    /// Of those who make a sound none would be heard.
    #[error("a conference cannot be of the loudest 0 members: ask for 1 or more, or for all (Mixing::All)")]
    NobodyHeard,
    /// No member could be on any media thread.
    #[error("a conference cannot have 0 members on a media thread: members_per_worker is at least 1")]
    NobodyOnAWorker,
    /// Levels cannot be told that often.
    #[error("levels of a conference cannot be told each {0:?}: level_interval is 10 ms to an hour")]
    LevelInterval(std::time::Duration),
}
