//! Control: the sessions by number, for whoever asks for their figures.
//!
//! The supervisor enters a session as it begins and strikes it out as it ends. A media thread knows nothing of it: it
//! writes the gauges that it writes anyway. Readers take pages; nobody holds the lock for longer than one page, and no
//! question takes the supervisor's time.

use crate::quality::CallBook;
use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::telemetry::legs::{LegQuery, LegRow, Meter, Tops};
use crate::types::{DialogId, MediaTime, SessionId, WorkerId};
use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Sessions that are looked at in one sweep, at most.
pub const SWEEP: usize = 1_024;
/// Sessions that are over and remembered, at most.
const ENDED: usize = 256;
/// Octets of a dialog's name in a snapshot.
const NAME: usize = 40;
/// Sessions that are copied out under one lock, at most.
const PAGE: usize = 64;

/// The sessions by number. Clones share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    sessions: BTreeMap<u32, Entry>,
    /// Where the next sweep begins.
    at: u32,
    tops: Tops,
    /// Sessions that are over, the newest last.
    ended: VecDeque<(SessionId, DialogId, CallBook)>,
}

/// What there is to know of a session.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: SessionId,
    pub(crate) dialog: DialogId,
    pub(crate) worker: WorkerId,
    pub(crate) media: Arc<LegGauges>,
    pub(crate) transport: Arc<TransportGauges>,
    pub(crate) book: CallBook,
    meter: Meter,
}

impl Entry {
    pub(crate) fn new(
        id: SessionId,
        dialog: DialogId,
        worker: WorkerId,
        media: Arc<LegGauges>,
        transport: Arc<TransportGauges>,
        now: MediaTime,
    ) -> Self {
        let book = CallBook::default();
        Self { id, dialog, worker, media, transport, book, meter: Meter::new(now) }
    }

    /// As of now, with as much of its dialog's name as a snapshot has.
    fn row(&mut self, now: MediaTime) -> LegRow {
        self.meter.look(&self.media, &self.transport, now);
        self.known(cut_in_the_middle(self.dialog.as_str()))
    }

    /// As of the last look.
    fn known(&self, dialog: String) -> LegRow {
        let (ways, one_way_s) = {
            let notes = self.book.open();
            (notes.ways, notes.one_way_s)
        };
        let row = LegRow { session: self.id.index(), dialog, worker: self.worker.0, ..self.meter.row(&self.media) };
        row.takes(ways, one_way_s)
    }
}

/// What tells names apart is at their begin (a Call-ID) or their end (a tag): both stay.
fn cut_in_the_middle(name: &str) -> String {
    if name.len() <= NAME {
        return name.to_owned();
    }
    const MARK: char = '…';
    let (mut begin, mut end) = (NAME / 2, name.len() - (NAME - NAME / 2 - MARK.len_utf8()));
    while !name.is_char_boundary(begin) {
        begin -= 1;
    }
    while !name.is_char_boundary(end) {
        end += 1;
    }
    format!("{}{MARK}{}", &name[..begin], &name[end..])
}

impl Directory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn insert(&self, entry: Entry) {
        self.lock().sessions.insert(entry.id.index(), entry);
    }

    pub(crate) fn remove(&self, id: SessionId) {
        let mut inner = self.lock();
        if inner.sessions.get(&id.index()).is_some_and(|entry| entry.id == id) {
            let entry = inner.sessions.remove(&id.index());
            if inner.ended.len() == ENDED {
                inner.ended.pop_front();
            }
            inner.ended.extend(entry.map(|entry| (entry.id, entry.dialog, entry.book)));
        }
    }

    /// What was written down of a session that is over, as long as it is one of the last.
    pub(crate) fn ended(&self, id: SessionId) -> Option<CallBook> {
        let inner = self.lock();
        inner.ended.iter().rev().find(|(ended, ..)| *ended == id).map(|(_, _, book)| book.clone())
    }

    /// What is written down of the session of that number or dialog, and whether it is over: one that lives comes first.
    pub(crate) fn find(&self, name: &str) -> Option<(SessionId, DialogId, CallBook, bool)> {
        let inner = self.lock();
        let named = |id: SessionId, dialog: &DialogId| {
            dialog.as_str() == name || name.parse().is_ok_and(|number: u32| number == id.index())
        };
        let lives = inner.sessions.values().find(|entry| named(entry.id, &entry.dialog));
        let lives = lives.map(|entry| (entry.id, entry.dialog.clone(), entry.book.clone(), false));
        let ended = || inner.ended.iter().rev().find(|(id, dialog, _)| named(*id, dialog));
        lives.or_else(|| ended().map(|(id, dialog, book)| (*id, dialog.clone(), book.clone(), true)))
    }

    /// The session lives on another worker now.
    pub(crate) fn moved(&self, id: SessionId, worker: WorkerId) {
        if let Some(entry) = self.lock().sessions.get_mut(&id.index()).filter(|entry| entry.id == id) {
            entry.worker = worker;
        }
    }

    /// The next sessions of these numbers, in their order: no more than a page.
    pub(crate) fn page(&self, numbers: RangeInclusive<u32>) -> Vec<Entry> {
        self.lock().sessions.range(numbers).take(PAGE).map(|(_, entry)| entry.clone()).collect()
    }

    /// Those of all sessions that are wanted, as they were at their last look, with their dialogs' whole names.
    pub(crate) fn legs(&self, query: &LegQuery) -> Vec<LegRow> {
        let (mut rows, mut from) = (Vec::new(), Some(0));
        while let Some(begin) = from {
            let inner = self.lock();
            let page = inner.sessions.range(begin..).take(PAGE);
            let (mut last, mut seen) = (None, 0);
            for (number, entry) in page {
                (last, seen) = (Some(*number), seen + 1);
                if query.wants(entry.dialog.as_str()) {
                    rows.push(entry.known(entry.dialog.as_str().to_owned()));
                }
            }
            from = last.filter(|_| seen == PAGE).and_then(|last| last.checked_add(1));
        }
        query.choose(rows)
    }

    /// Looks at the next sessions, in turn, and at those that were on top: which of them are the busiest and the worst
    /// now. With more than [`SWEEP`] sessions, one that rises is found when its turn comes.
    pub(crate) fn sweep(&self, now: MediaTime) -> Vec<LegRow> {
        let mut inner = self.lock();
        let Inner { sessions, at, tops, .. } = &mut *inner;
        let mut rows: Vec<LegRow> =
            tops.numbers().filter_map(|number| sessions.get_mut(&number).map(|entry| entry.row(now))).collect();
        let (from, mut last) = (*at, None);
        for (number, entry) in sessions.range_mut(from..).take(SWEEP) {
            rows.push(entry.row(now));
            last = Some(*number);
        }
        let left = SWEEP.saturating_sub(rows.len());
        for (number, entry) in sessions.range_mut(..from).take(left) {
            rows.push(entry.row(now));
            last = Some(*number);
        }
        *at = last.map_or(0, |number| number.wrapping_add(1));
        tops.choose(rows)
    }
}

#[cfg(test)]
mod tests;
