//! Control: the record of a tap, and how many there are.

use crate::rt::Parcel;
use crate::types::{LegKey, RecordingId, SampleRate, WorkerId};
use crate::worker::Leg;

/// What a tap hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hears {
    /// What the session's party says.
    Said,
    /// What it is to hear.
    Heard,
    /// Both; of a conference, all who speak.
    Mixed,
}

/// A tap of a session.
#[derive(Debug)]
pub(crate) struct Tap {
    pub(crate) number: u64,
    pub(crate) place: Option<(WorkerId, LegKey)>,
    pub(crate) rate: SampleRate,
    /// The leg, while the session moves.
    pub(crate) lifted: Option<Parcel<Leg>>,
    pub(crate) hears: Hears,
    /// The recording that it is a channel of.
    pub(crate) recording: Option<RecordingId>,
}

/// Taps of all sessions.
#[derive(Debug, Default)]
pub(crate) struct TapCount {
    /// Now.
    pub(crate) open: usize,
    /// Numbers given out.
    numbered: u64,
}

impl TapCount {
    /// One more; its number.
    pub(crate) fn begin(&mut self) -> u64 {
        self.open += 1;
        self.numbered += 1;
        self.numbered
    }

    pub(crate) fn end(&mut self) {
        self.open -= 1;
    }
}
