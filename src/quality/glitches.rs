//! Pure: the glitches of a session: the newest, and how many of each cause there were.

use super::glitch::{Glitch, GlitchDetail, GlitchSide};
use super::glitch_cause::GlitchCause;
use crate::types::MediaTime;
use std::collections::VecDeque;
use std::time::Duration;

/// The glitches of a session: the newest 128, and how many of each cause there were in all.
///
/// From [`MediaSessionHandle::glitches`](crate::MediaSessionHandle::glitches).
///
/// ```
/// use media_core::quality::{GlitchCause, Glitches};
///
/// let none = Glitches::default();
/// assert_eq!((none.total(), none.count(GlitchCause::Lost), none.iter().count()), (0, 0, 0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Glitches {
    newest: VecDeque<Glitch>,
    counts: [u64; GlitchCause::ALL.len()],
}

impl Default for Glitches {
    fn default() -> Self {
        Self { newest: VecDeque::new(), counts: [0; GlitchCause::ALL.len()] }
    }
}

impl Glitches {
    /// So many are kept; of older ones the count is left.
    pub const KEPT: usize = 128;

    /// Those that are kept, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Glitch> + '_ {
        self.newest.iter()
    }

    /// How many of that cause there were since the session began.
    pub const fn count(&self, cause: GlitchCause) -> u64 {
        self.counts[cause.index()]
    }

    /// How many there were of any cause.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The causes that there were, and how often.
    pub fn counts(&self) -> impl Iterator<Item = (GlitchCause, u64)> + '_ {
        GlitchCause::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    pub(crate) fn add(&mut self, glitch: Glitch) {
        self.counts[glitch.cause.index()] += 1;
        if self.newest.len() == Self::KEPT {
            self.newest.pop_front();
        }
        // They come as they are judged: packets may be late for half a second.
        let place = self.newest.iter().rposition(|before| before.at <= glitch.at).map_or(0, |place| place + 1);
        self.newest.insert(place, glitch);
    }

    /// The last one of that cause goes on: for so much longer, if that is known, and with what else is known by now.
    pub(crate) fn go_on(&mut self, glitch: Glitch) {
        let last = self.last_of(glitch.cause, glitch.side);
        match last {
            Some(last) => {
                last.length += glitch.length;
                last.detail = joined(last.detail, glitch.detail);
            }
            // It is no longer kept.
            None => self.counts[glitch.cause.index()] = self.counts[glitch.cause.index()].max(1),
        }
    }

    /// The one of that cause that began then has lasted for so long by now.
    pub(crate) fn lasts(&mut self, cause: GlitchCause, side: GlitchSide, begun: MediaTime, length: Duration) {
        if let Some(last) = self.last_of(cause, side).filter(|last| last.at == begun) {
            last.length = length;
        }
    }

    fn last_of(&mut self, cause: GlitchCause, side: GlitchSide) -> Option<&mut Glitch> {
        self.newest.iter_mut().rev().find(|last| last.cause == cause && last.side == side)
    }
}

fn joined(one: GlitchDetail, other: GlitchDetail) -> GlitchDetail {
    match (one, other) {
        (GlitchDetail::Gain(one), GlitchDetail::Gain(other)) => {
            GlitchDetail::Gain(if other < one { other } else { one })
        }
        (one, _) => one,
    }
}

#[cfg(test)]
mod tests;
