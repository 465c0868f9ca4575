//! Pure: which ways media flows.

/// Which ways media flows at first (RFC 8866 section 6.7).
///
/// ```
/// use media_core::Direction;
///
/// assert!(Direction::SendOnly.sends() && !Direction::SendOnly.receives()); // `a=sendonly`: music on hold
/// assert_eq!(Direction::default(), Direction::SendReceive);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Both ways.
    #[default]
    SendReceive,
    /// Outward only.
    SendOnly,
    /// Inward only.
    ReceiveOnly,
    /// Neither way.
    Inactive,
}

impl Direction {
    /// Whether packets are sent.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendReceive | Self::SendOnly)
    }

    /// The direction in which packets are sent, taken, both or neither.
    pub(crate) fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendReceive,
            (true, false) => Self::SendOnly,
            (false, true) => Self::ReceiveOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether packets are taken.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendReceive | Self::ReceiveOnly)
    }
}
