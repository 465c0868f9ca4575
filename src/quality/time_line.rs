//! Pure: the last two minutes of a session, a second a row: what stands beside its glitches in a picture.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A second of a session.
///
/// Of [`Why`](crate::Why).
///
/// Example: [`Why`](crate::Why).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Second {
    /// When it ended: ms since 1970, UTC.
    pub unix_ms: u64,
    /// What waited in its jitter buffer, in ms.
    pub buffer_ms: u32,
    /// Packets that never came, in this second.
    pub lost: u32,
    /// Packets that came too late.
    pub late: u32,
    /// ms of audio made up.
    pub concealed_ms: u32,
    /// Its level in dBov; `None`: it is not metered.
    pub level_dbov: Option<i16>,
}

/// The newest seconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TimeLine(VecDeque<Second>);

impl TimeLine {
    /// So many seconds are kept: 6 KiB a session.
    pub(crate) const KEPT: usize = 120;

    pub(crate) fn add(&mut self, second: Second) {
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back(second);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Second> + '_ {
        self.0.iter()
    }
}
