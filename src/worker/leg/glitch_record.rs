//! Boundary: a glitch as a leg tells it: plain data, whose words the control side finds.

use crate::quality::GlitchCause;
use crate::types::{BLOCK_MS, MediaTime, TickNumber};
use std::time::Duration;

/// A glitch, or a part of one that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlitchRecord {
    /// Why.
    pub cause: GlitchCause,
    /// Of what its party hears; else of what it says.
    pub outward: bool,
    /// The block in which it began.
    pub from: TickNumber,
    /// When that was due.
    pub at: MediaTime,
    /// How long it was, in µs.
    pub us: u32,
    /// Goes on with what was told of this cause last.
    pub goes_on: bool,
    /// What was made up faded to the background.
    pub faded: bool,
    /// The hole was passed on to whoever hears it.
    pub passed: bool,
    /// Two numbers, by the cause: packets lost and late; the payload types before and after; µs put in and taken out; the least
    /// gain in thousandths.
    pub numbers: (u32, u32),
    /// By how much the latest packet was too late, in µs.
    pub late_us: u32,
}

impl GlitchRecord {
    /// Of a block in which it happened.
    pub(in crate::worker) const fn at(cause: GlitchCause, from: TickNumber, us: u32) -> Self {
        let (outward, goes_on, faded, passed) = (false, false, false, false);
        let at = MediaTime::ZERO;
        Self { cause, outward, from, at, us, goes_on, faded, passed, numbers: (0, 0), late_us: 0 }
    }

    /// A source ran dry for so many blocks until that of `tick`.
    pub(in crate::worker) fn dry(cause: GlitchCause, tick: TickNumber, blocks: u32) -> Self {
        let from = TickNumber(tick.0.saturating_sub(blocks.into()));
        Self::at(cause, from, blocks * BLOCK_MS * 1_000)
    }

    /// From one codec to another: a block, in which one fades into the other.
    pub(in crate::worker) fn codec(tick: TickNumber, from: u8, to: u8) -> Self {
        Self::at(GlitchCause::CodecChanged, tick, BLOCK_MS * 1_000).numbers(from.into(), to.into())
    }

    /// Of what its party hears.
    #[must_use]
    pub(in crate::worker) const fn outward(mut self) -> Self {
        self.outward = true;
        self
    }

    /// Told in the block of `tick`, that was due `now`.
    pub(in crate::worker) fn timed(self, tick: TickNumber, now: MediaTime) -> Self {
        let block = Duration::from_millis(BLOCK_MS.into());
        let (ago, ahead) = (tick.since(self.from) as u32, self.from.since(tick) as u32);
        Self { at: now.earlier_by(block * ago) + block * ahead, ..self }
    }

    #[must_use]
    pub(in crate::worker) const fn numbers(mut self, one: u32, other: u32) -> Self {
        self.numbers = (one, other);
        self
    }
}
