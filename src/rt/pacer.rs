//! Pure: when a tick is due, and what a late one makes up for.
//!
//! Deadlines are absolute, anchor + n · period, so lateness never adds up. The media thread sleeps until
//! [`Pacer::due`], reads the clock, and asks [`Pacer::plan`] what to do: the one place where catch-up is decided.
//!
//! | awake after the deadline by | run | skip |
//! |---|---|---|
//! | nothing (the sleep ended early) | 0 | 0 |
//! | less than 1 period | 1 | 0 |
//! | k periods, up to 200 ms | 2 | k - 1 |
//! | more than 200 ms | 1 | the periods missed; the deadlines start anew from now |
//!
//! **The oldest ticks are the ones skipped, before any is run**: what is played is always the latest due, and never
//! more than two ticks follow each other without a sleep.

use crate::types::{BLOCK_MS, MediaTime, TickNumber};

/// Later than this a tick is not made up for: the machine was paused (a virtual machine stopped, a laptop asleep).
pub const REANCHOR_AFTER_NS: u64 = 200_000_000;

/// The length of a tick: one block of 10 ms, or two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum TickPeriod {
    /// One block a tick: the least delay.
    #[default]
    Ms10,
    /// Two blocks a tick: half the wake-ups.
    Ms20,
}

impl TickPeriod {
    /// From ms: 10 or 20, else `None`.
    pub const fn from_ms(ms: u32) -> Option<Self> {
        match ms {
            10 => Some(Self::Ms10),
            20 => Some(Self::Ms20),
            _ => None,
        }
    }

    /// Blocks of 10 ms in a tick.
    pub const fn blocks(self) -> u8 {
        match self {
            Self::Ms10 => 1,
            Self::Ms20 => 2,
        }
    }

    /// In ms.
    pub const fn ms(self) -> u32 {
        BLOCK_MS * self.blocks() as u32
    }

    /// In ns.
    pub const fn nanos(self) -> u64 {
        self.ms() as u64 * 1_000_000
    }
}

/// What the media thread does now that it is awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatchUp {
    /// The number of the first tick to run; those skipped come before it.
    pub tick: TickNumber,
    /// The oldest deadline not yet served: that of the first tick to run, or of the oldest one skipped.
    pub due: MediaTime,
    /// Ticks to run back to back: 0 (woken early: sleep again), 1 or 2.
    pub run: u8,
    /// Ticks skipped first: every playout clock, recorder, room and RTP time moves on by as many.
    pub skip: u64,
    /// The deadlines start anew: one pause, to be counted once.
    pub reanchored: bool,
    /// From [`due`](Self::due) to now, in ns.
    pub lateness_ns: u64,
}

impl CatchUp {
    /// Since when tick `nth` (0 or 1) of those to run could have run: what its lateness is measured from.
    pub const fn due_of(&self, nth: u8, period: TickPeriod) -> MediaTime {
        if nth == 0 {
            return self.due;
        }
        MediaTime::from_nanos(self.due.as_nanos() + (self.skip + nth as u64) * period.nanos())
    }
}

/// Absolute deadlines of one media thread. Real-time safe.
#[derive(Debug, Clone)]
pub struct Pacer {
    period: TickPeriod,
    /// Always anchor + `next` · period in whole ns.
    due: MediaTime,
    next: TickNumber,
    reanchored: u64,
}

impl Pacer {
    /// The first tick, number 0, is due at `anchor`. Workers that share an anchor share their tick numbers.
    pub const fn new(anchor: MediaTime, period: TickPeriod) -> Self {
        Self { period, due: anchor, next: TickNumber(0), reanchored: 0 }
    }

    /// The deadline of the next tick.
    pub const fn due(&self) -> MediaTime {
        self.due
    }

    /// The number of the next tick.
    pub const fn next_tick(&self) -> TickNumber {
        self.next
    }

    /// The length of a tick.
    pub const fn period(&self) -> TickPeriod {
        self.period
    }

    /// How often the deadlines started anew.
    pub const fn reanchored(&self) -> u64 {
        self.reanchored
    }

    /// What to do at `awake`; counts those ticks as done. After a pause of over 200 ms the tick number still follows
    /// time, to the nearest period.
    pub const fn plan(&mut self, awake: MediaTime) -> CatchUp {
        let period = self.period.nanos();
        let (oldest, first) = (self.due.as_nanos(), self.next.0);
        let lateness_ns = awake.as_nanos().saturating_sub(oldest);
        let missed = lateness_ns / period;
        let (run, skip, due) = if awake.as_nanos() < oldest {
            (0, 0, oldest)
        } else if lateness_ns > REANCHOR_AFTER_NS {
            (1, (lateness_ns + period / 2) / period, awake.as_nanos())
        } else if missed == 0 {
            (1, 0, oldest)
        } else {
            (2, missed - 1, oldest + (missed - 1) * period)
        };
        let reanchored = lateness_ns > REANCHOR_AFTER_NS;
        self.reanchored += reanchored as u64;
        self.next = TickNumber(first + skip + run as u64);
        self.due = MediaTime::from_nanos(due + run as u64 * period);
        CatchUp {
            tick: TickNumber(first + skip),
            due: MediaTime::from_nanos(oldest),
            run,
            skip,
            reanchored,
            lateness_ns,
        }
    }
}

#[cfg(test)]
mod tests;
