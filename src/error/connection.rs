//! Control: what a session is connected to.

use crate::types::{ConferenceId, SessionId};

/// What keeps a session from another connection.
///
/// ```
/// use media_core::{AudioFormat, Connection, Error, MediaEngineConfig, MediaSessionParams, SessionError, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let mut legs = Vec::new();
/// for name in ["a", "b", "c"] {
///     let leg = handle.create_media_session(name, MediaSessionParams::new(AudioFormat::pcmu()));
///     legs.push(engine.complete(leg)?);
/// }
/// engine.complete(handle.bridge(&legs[0], &legs[1]))?;
/// let error = engine.complete(handle.bridge(&legs[2], &legs[0])).unwrap_err();
/// let taken = SessionError::Connected(legs[0].id(), Connection::Bridge(legs[1].id()));
/// assert_eq!(error, Error::Session(taken));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Bridged with that session.
    Bridge(SessionId),
    /// It monitors the call that that session is in.
    Monitor(SessionId),
    /// A member of that conference.
    Conference(ConferenceId),
}

impl std::fmt::Display for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bridge(with) => write!(f, "a bridge with {with}"),
            Self::Monitor(party) => write!(f, "the call of {party} as a monitor"),
            Self::Conference(room) => write!(f, "conference {room}"),
        }
    }
}
