//! Control: the states of a media session.

use crate::error::Connection;
use crate::session::direction::Direction;

/// What a session is doing, as the control side knows it.
///
/// From [`MediaSessionHandle::state`](crate::MediaSessionHandle::state).
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let session = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let session = engine.complete(session)?;
/// engine.complete(session.hold_inward())?;
/// let state = engine.complete(session.state())?;
/// assert!(state.held_inward && !state.held_outward && !state.receiving && state.connection.is_none());
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaSessionState {
    /// Packets came within the last second or so.
    pub receiving: bool,
    /// Inward hold is on.
    pub held_inward: bool,
    /// Outward hold is on.
    pub held_outward: bool,
    /// The others hear silence.
    pub muted: bool,
    /// What it is connected to.
    pub connection: Option<Connection>,
    /// A fault parked it: it is silent until it is destroyed.
    pub parked: bool,
}

impl MediaSessionState {
    pub(crate) fn new(direction: Direction) -> Self {
        Self {
            receiving: false,
            held_inward: !direction.receives(),
            held_outward: !direction.sends(),
            muted: false,
            connection: None,
            parked: false,
        }
    }
}
