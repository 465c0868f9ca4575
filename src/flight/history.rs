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
    /// Words at the begin whose tick is not kept.
    strays: usize,
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
        // Half a record may wait for its rest.
        let words = VecDeque::with_capacity(most + FlightHead::MOST_WORDS);
        Self { words, ticks, keep, most, seen: 0, strays: 0, last_order: None, before: None }
    }

    /// Takes what the ring had, with never more memory than there is: of a tick that has no room in it nothing is kept.
    pub(crate) fn take(&mut self, words: &[u64]) {
        for piece in words.chunks((self.most / 8).max(1)) {
            self.forget(piece.len());
            self.words.extend(piece);
            self.look_on();
        }
        self.forget(0);
    }

    fn look_on(&mut self) {
        while let Some(&first) = self.words.get(self.seen) {
            let head = FlightHead::of(first);
            if head.words == 0 || self.seen + head.words > self.words.len() {
                break;
            }
            self.look(head);
            self.seen += head.words;
            match self.ticks.back_mut() {
                Some(tick) => tick.words += head.words,
                None => self.strays += head.words,
            }
        }
    }

    fn look(&mut self, head: FlightHead) {
        match head.kind {
            FlightHead::TICK => {
                let now = MediaTime::from_nanos(self.words.get(self.seen + 2).copied().unwrap_or_default());
                self.ticks.push_back(Tick { words: 0, now, last_order: self.last_order });
            }
            FlightHead::ORDER => {
                self.last_order = Some(head.about);
                match self.ticks.back_mut() {
                    Some(tick) => tick.last_order = self.last_order,
                    None => self.before = self.last_order,
                }
            }
            _ => {}
        }
    }

    /// The oldest ticks go, until there is room for so many words.
    fn forget(&mut self, room: usize) {
        let newest = self.end();
        let mut gone = std::mem::take(&mut self.strays);
        while let Some(tick) = self.ticks.front() {
            let old = newest - tick.now > self.keep;
            if !old && self.words.len() - gone + room <= self.most {
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

    /// What is kept, as of now.
    pub(crate) fn copy(&self) -> HistoryCopy {
        let (first, second) = self.words.as_slices();
        let mut words = Vec::with_capacity(self.words.len());
        words.extend_from_slice(first);
        words.extend_from_slice(second);
        words.truncate(self.seen);
        HistoryCopy { words, order_before: self.before }
    }
}

/// What was kept of what a worker noted.
pub(crate) struct HistoryCopy {
    words: Vec<u64>,
    /// The order that was applied last before it.
    pub(crate) order_before: Option<u32>,
}

impl HistoryCopy {
    /// All records, in their order.
    pub(crate) fn for_each(&self, mut take: impl FnMut(FlightRecord<'_>, &[u64])) {
        let mut rest = &self.words[..];
        while let Some((record, length)) = FlightRecord::first(rest) {
            let (own, others) = rest.split_at(length);
            take(record, own);
            rest = others;
        }
    }
}

#[cfg(test)]
mod tests;
