//! Real-time: what a receive path knows of its further formats.

use crate::worker::leg::inward::clocks::Clocks;

/// What packets of a format are known by.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormatHints {
    pub(super) payload_type: u8,
    pub(super) noise: Option<u8>,
    pub(super) red: Option<u8>,
    /// Its clock, by number, and units of it in 10 ms.
    pub(super) clock: u8,
    pub(super) units: u32,
}

/// The formats of a path.
#[derive(Debug)]
pub(super) struct Others {
    pub(super) known: Box<[FormatHints]>,
    /// Where not all have the same clock rate.
    pub(super) clocks: Option<Clocks>,
}

/// What of that lies in the path itself: a leg whose peer sends one format touches no more of the others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beside {
    /// Their clocks are unlike the path's.
    pub(super) clocks: bool,
    /// Any of them may come in packets with redundancy.
    pub(super) red: bool,
    /// The format of the last packet, for how many it has been, and which was told.
    pub(super) latest: u8,
    pub(super) run: u8,
    pub(super) told: u8,
    pub(super) changed: bool,
}
