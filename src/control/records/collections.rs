//! Control: the record of collections of digits: a machine of digits and timers for each, without a clock of its own.

#[cfg(test)]
mod tests;

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::playback::PlaybackId;
use crate::session::{CollectEnd, CollectParams, CollectedDigits, CollectionId};
use crate::types::{MediaTime, SessionId};
use std::collections::BTreeMap;
use std::time::Duration;

/// So long a key may be down while timers wait for it: beyond any press. Its end may never be told, where the listening for tones was
/// switched off.
const HELD_AT_MOST: Duration = Duration::from_secs(10);

/// All collections of an engine: one of a session at most.
#[derive(Debug, Default)]
pub(crate) struct Collections {
    pub(crate) under_way: BTreeMap<SessionId, Collecting>,
    /// Numbers given.
    numbered: u64,
}

impl Collections {
    /// The number of the next.
    pub(crate) fn number(&mut self) -> CollectionId {
        self.numbered += 1;
        CollectionId(self.numbered)
    }
}

/// A collection that is under way.
#[derive(Debug)]
pub(crate) struct Collecting {
    pub(crate) id: CollectionId,
    pub(crate) digits: CollectedDigits,
    /// What is played meanwhile, until it is over: the timer of the first digit waits for its end.
    pub(crate) prompt: Option<PlaybackId>,
    max_digits: usize,
    terminators: Vec<TelephoneEvent>,
    first: Duration,
    inter: Duration,
    /// When all of it has taken too long.
    until: Option<MediaTime>,
    /// When the timer that runs was started.
    since: MediaTime,
    /// Since when a key is down.
    held: Option<MediaTime>,
    /// The press that is under way is none of it.
    skips: bool,
}

impl Collecting {
    /// Begins at `now`. `held`: a key is down.
    pub(crate) fn new(
        id: CollectionId,
        params: &CollectParams,
        terminators: Vec<TelephoneEvent>,
        now: MediaTime,
        held: bool,
    ) -> Self {
        Self {
            id,
            digits: CollectedDigits::default(),
            prompt: None,
            max_digits: params.max_digits,
            terminators,
            first: params.first_digit_timeout,
            inter: params.inter_digit_timeout,
            until: params.total_timeout.map(|time| now + time),
            since: now,
            held: held.then_some(now),
            skips: held && !params.typed_ahead,
        }
    }

    /// A key goes down.
    pub(crate) fn press(&mut self, now: MediaTime) {
        (self.held, self.skips) = (Some(now), false);
    }

    /// A key was pressed: how that ends it, if it does.
    pub(crate) fn take(&mut self, key: TelephoneEvent, now: MediaTime) -> Option<CollectEnd> {
        (self.held, self.since) = (None, now);
        if std::mem::take(&mut self.skips) {
            return None;
        }
        if self.terminators.contains(&key) {
            return Some(CollectEnd::Terminator(key));
        }
        let room = self.digits.push(key);
        (!room || self.digits.len() >= self.max_digits).then_some(CollectEnd::Complete)
    }

    /// What was played is over.
    pub(crate) fn prompt_over(&mut self, prompt: PlaybackId, now: MediaTime) {
        if self.prompt.take_if(|own| *own == prompt).is_some() && self.digits.is_empty() {
            self.since = now;
        }
    }

    /// Which of its timers has run out, if any.
    pub(crate) fn run_out(&self, now: MediaTime) -> Option<CollectEnd> {
        if self.until.is_some_and(|until| now >= until) {
            return Some(CollectEnd::TotalTimeout);
        }
        let first = self.digits.is_empty();
        let held = self.held.is_some_and(|since| now < since + HELD_AT_MOST);
        if held || (first && self.prompt.is_some()) {
            return None;
        }
        let (limit, end) = match first {
            true => (self.first, CollectEnd::FirstDigitTimeout),
            false => (self.inter, CollectEnd::InterDigitTimeout),
        };
        (now >= self.since + limit).then_some(end)
    }
}
