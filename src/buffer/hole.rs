//! Pure: a hole in what is played: while it lasts, and when it is over.

use crate::types::TickNumber;

/// Why audio was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoleCause {
    /// Packets did not come.
    Lost,
    /// Packets came, but too late.
    Late,
    /// Packets came and were dropped here, for want of room.
    Dropped,
    /// Packets came that the decoder does not take.
    Undecodable,
    /// The sender sent nothing, and had not said so.
    Paused,
    /// Another source, or another timeline of it, began.
    Restarted,
}

/// A hole that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// The block in which it began.
    pub from: TickNumber,
    /// What was made up, in units of the RTP clock.
    pub units: u32,
    /// Why.
    pub cause: HoleCause,
    /// Packets that did not come, and that came too late.
    pub lost: u16,
    /// See `lost`.
    pub late: u16,
    /// By how much the latest of them was too late, in units of the RTP clock.
    pub late_by: u32,
    /// It was so long that what was made up faded to the background.
    pub faded: bool,
    /// Nothing was made up: payloads are passed on, and so was the hole.
    pub passed: bool,
    /// The first packet that was missing, and the one after the last.
    pub(super) first: i64,
    pub(super) end: i64,
    /// When it ended.
    pub(super) over: TickNumber,
}

/// A hole that lasts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) from: TickNumber,
    pub(super) units: i64,
    pub(super) begins: bool,
    pub(super) paused: bool,
    pub(super) event: bool,
    pub(super) background: bool,
    pub(super) undecodable: bool,
    pub(super) faded: bool,
    pub(super) passed: bool,
    /// Packets of it that came meanwhile, and by how much the latest was too late.
    pub(super) late: u16,
    pub(super) late_by: u32,
}

impl Open {
    pub(super) const fn at(from: TickNumber) -> Self {
        Self {
            from,
            units: 0,
            begins: true,
            paused: false,
            event: false,
            background: false,
            undecodable: false,
            faded: false,
            passed: false,
            late: 0,
            late_by: 0,
        }
    }
}

/// Audio that time stretching put in or took out, in units of the RTP clock, since this was last asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stretched {
    /// Put in.
    pub longer: u32,
    /// Taken out.
    pub shorter: u32,
}
