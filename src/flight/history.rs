//! Control: the last seconds of what a worker noted, in memory allocated beforehand: whole ticks, of which the oldest go.

use crate::rt::{FlightHead, FlightRecord};
use crate::types::MediaTime;
use std::collections::VecDeque;
use std::time::Duration;

/// What a worker noted.
#[derive(Debug)]
pub(crate) struct History {
    words: VecDeque<u64>,
    ticks: VecDeque<Tick>,
    keep: Duration,
    most: usize,
    /// Words that were looked at: the rest is of a record that is not whole yet.
    seen: usize,
    /// The order that was applied last, as far as was looked.
    last_order: Option<u32>,
    /// The same, before the first tick that is kept.
    before: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Tick {
    words: usize,
    now: MediaTime,
    last_order: Option<u32>,
}

impl History {
    /// Of the last `keep`, in at most `octets`.
    pub(crate) fn new(keep: Duration, octets: usize) -> Self {
        let most = octets / 8;
        let ticks = VecDeque::with_capacity(1_024);
        let words = VecDeque::with_capacity(most);
        Self { words, ticks, keep, most, seen: 0, last_order: None, before: None }
    }

    /// Takes what the ring had.
    pub(crate) fn take(&mut self, words: &[u64]) {
        // A piece that is longer than all that may be kept pushes out what was before.
        self.words.extend(words);
        while let Some(&first) = self.words.get(self.seen) {
            let head = FlightHead::of(first);
            if head.words == 0 || self.seen + head.words > self.words.len() {
                break;
            }
            self.look(head);
            self.seen += head.words;
            if let Some(tick) = self.ticks.back_mut() {
                tick.words += head.words;
            }
        }
        self.forget();
    }

    fn look(&mut self, head: FlightHead) {
        match head.kind {
            FlightHead::TICK => {
                let now = MediaTime::from_nanos(self.words.get(self.seen + 2).copied().unwrap_or_default());
                self.ticks.push_back(Tick { words: 0, now, last_order: self.last_order });
            }
            FlightHead::ORDER => {
                self.last_order = Some(head.about);
                if let Some(tick) = self.ticks.back_mut() {
                    tick.last_order = self.last_order;
                }
            }
            _ => {}
        }
    }

    fn forget(&mut self) {
        let Some(newest) = self.ticks.back().map(|tick| tick.now) else { return };
        let mut gone = 0;
        while let Some(tick) = self.ticks.front() {
            let old = newest - tick.now > self.keep;
            if !old && self.words.len() - gone <= self.most {
                break;
            }
            (gone, self.before) = (gone + tick.words, tick.last_order);
            self.ticks.pop_front();
        }
        self.words.drain(..gone.min(self.words.len()));
        self.seen -= gone.min(self.seen);
    }

    /// The order that was applied last before what is kept.
    pub(crate) fn order_before(&self) -> Option<u32> {
        self.before
    }

    /// The time of the newest tick.
    pub(crate) fn end(&self) -> MediaTime {
        self.ticks.back().map_or(MediaTime::ZERO, |tick| tick.now)
    }

    /// All records that are kept, in their order.
    pub(crate) fn for_each(&mut self, mut take: impl FnMut(FlightRecord<'_>, &[u64])) {
        let seen = self.seen;
        let words = self.words.make_contiguous();
        let mut rest = words.get(..seen).unwrap_or(&[]);
        while let Some((record, length)) = FlightRecord::first(rest) {
            let (own, others) = rest.split_at(length);
            take(record, own);
            rest = others;
        }
    }
}

#[cfg(test)]
mod tests;
