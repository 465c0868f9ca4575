//! Control: the states of a media session.

use crate::error::Connection;
use crate::session::direction::Direction;

/// What a session is doing, as the control side knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
