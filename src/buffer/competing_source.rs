//! Pure: another source beside the one that is heard: when it takes over.
//!
//! A source that begins when the one before has ended is heard with its third packet: with its second, if that one has
//! been silent for 100 ms, with its first after a second. Where both send at once, the one that is heard stays until it
//! has been silent for 300 ms (2 s, if it said that it pauses).

use super::arrival::ArrivalContext;
use super::probation::Probation;

/// In blocks.
const GONE: i64 = 100;
const SILENT: i64 = 10;
const SILENT_AMID_BOTH: i64 = 30;
const PAUSES: i64 = 200;
/// How often the other source must have been interrupted until both count as sending at once: once may be an old packet
/// that was overtaken.
const AT_ONCE: u8 = 2;

/// A source that was heard of while another one was being heard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CompetingSource {
    ssrc: u32,
    interrupted: u8,
}

impl CompetingSource {
    /// The present source sent again after packets of `ssrc`.
    pub(super) const fn interrupted(&mut self, ssrc: u32) {
        let times = if self.ssrc == ssrc { self.interrupted } else { 0 };
        *self = Self { ssrc, interrupted: times.saturating_add(1) };
    }

    /// Whether the source of `probation` takes over from one that has been `silent` for so long; `pauses` if that said so.
    pub(super) fn succeeds(&self, probation: &Probation, silent: i64, moment: &ArrivalContext, pauses: bool) -> bool {
        if self.ssrc == probation.ssrc && self.interrupted >= AT_ONCE {
            return probation.length >= 2 && silent >= moment.block * if pauses { PAUSES } else { SILENT_AMID_BOTH };
        }
        match probation.length {
            0 | 1 => moment.dry && silent >= GONE * moment.block,
            2 => silent >= SILENT * moment.block,
            _ => silent >= SILENT * moment.block || probation.is_paced(moment.arrival),
        }
    }
}
