//! Real-time: holes in what is played: where each began, how long it was, and why the audio was not there.
//!
//! While a hole lasts nobody knows its cause: the next packet tells whether others are missing, whether it was held up on its way,
//! or whether the sender paused. What is missing then may still come too late; so a hole is judged half a second after its end.

use super::hole::{Hole, HoleCause, Open, Stretched};
use crate::types::TickNumber;

/// So many blocks after its end a hole is told: what comes later counts as lost.
const SETTLED_AFTER: u64 = 50;
/// Holes that wait for that, at most.
const WAITING: usize = 8;
/// A telephone event that came at most so many blocks before a hole is the reason for it: audio waits longer than events do.
const EVENT_BEFORE: u64 = 60;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Holes {
    open: Option<Open>,
    waiting: [Option<Hole>; WAITING],
    count: usize,
    stretched: Stretched,
    /// Packets dropped here that no hole has been blamed on.
    dropped: u16,
    event: Option<TickNumber>,
    /// When the last payload came that the codec does not take.
    bad: Option<TickNumber>,
}

impl Holes {
    pub(super) fn new() -> Self {
        let stretched = Stretched { longer: 0, shorter: 0 };
        Self { open: None, waiting: [None; WAITING], count: 0, stretched, dropped: 0, event: None, bad: None }
    }

    /// Whether there is anything to ask for.
    pub(super) const fn is_empty(&self) -> bool {
        self.open.is_none() && self.count == 0 && self.stretched.longer == 0 && self.stretched.shorter == 0
    }

    /// So many units are made up, heard from that tick on.
    pub(super) fn conceal(&mut self, tick: TickNumber, units: i64, silent: bool) {
        let before = |came: Option<TickNumber>| came.is_some_and(|came| tick.since(came) <= EVENT_BEFORE);
        let (event, undecodable) = (before(self.event), before(self.bad));
        let open = self.open.get_or_insert(Open { event, undecodable, ..Open::at(tick) });
        open.units += units;
        open.faded |= silent;
    }

    /// What was said to be made up last came from a later packet after all.
    pub(super) fn recover(&mut self, units: i64) {
        if let Some(open) = &mut self.open {
            open.units -= units;
            if open.units <= 0 {
                self.open = None;
            }
        }
    }

    /// Whether a hole has begun since this was last asked.
    pub(super) const fn take_begin(&mut self) -> bool {
        match &mut self.open {
            Some(open) => std::mem::replace(&mut open.begins, false),
            None => false,
        }
    }

    /// The sender was silent for so many units from that tick on, by the timestamp of its next packet, and had not said so.
    pub(super) fn pause(&mut self, tick: TickNumber, units: i64) {
        if self.open.is_none() {
            self.conceal(tick, units, false);
        }
        self.note_pause();
    }

    /// It begins in what is no louder than the background.
    pub(super) fn note_background(&mut self) {
        if let Some(open) = &mut self.open {
            open.background = true;
        }
    }

    /// A payload is there that the decoder does not take.
    pub(super) fn note_undecodable(&mut self, tick: TickNumber, units: i64) {
        self.conceal(tick, units, false);
        if let Some(open) = &mut self.open {
            open.undecodable = true;
        }
    }

    /// A packet without audio came: the sender presses a key.
    pub(super) fn note_event(&mut self, tick: TickNumber) {
        self.event = Some(tick);
        if let Some(open) = &mut self.open {
            open.event = true;
        }
    }

    /// A packet of audio came whose payload is none of its codec's: the reason for a hole as an event is, but a fault.
    pub(super) fn note_bad_payload(&mut self, tick: TickNumber) {
        self.bad = Some(tick);
        if let Some(open) = &mut self.open {
            open.undecodable = true;
        }
    }

    /// What is missing is not made up but passed on.
    pub(super) fn note_passed(&mut self) {
        if let Some(open) = &mut self.open {
            open.passed = true;
        }
    }

    /// A packet came for which there was no room.
    pub(super) fn note_dropped(&mut self) {
        self.dropped = self.dropped.saturating_add(1);
    }

    /// Audio that waited was given up, as more waited than may.
    pub(super) fn overrun(&mut self, tick: TickNumber, units: i64) {
        let gap = Open { units, ..Open::at(tick) };
        self.wait(gap, HoleCause::Dropped, (0, 0), 0, tick);
    }

    pub(super) fn note_stretch(&mut self, shorter: bool, units: u32) {
        let stretched = if shorter { &mut self.stretched.shorter } else { &mut self.stretched.longer };
        *stretched += units;
    }

    /// The sender was silent while it was made up.
    pub(super) fn note_pause(&mut self) {
        if let Some(open) = &mut self.open {
            open.paused = true;
        }
    }

    /// The next packet, number `end`, is played at `tick`, with so many missing before it.
    pub(super) fn close(&mut self, tick: TickNumber, missing: i64, end: i64) {
        let Some(open) = self.open.take() else {
            // What was dropped left no hole.
            self.dropped = 0;
            return;
        };
        let dropped = std::mem::take(&mut self.dropped);
        let cause = match open {
            _ if missing > 0 && 2 * i64::from(dropped) >= missing => HoleCause::Dropped,
            _ if missing > 0 => HoleCause::Lost,
            Open { late: 1.., .. } => HoleCause::Late,
            Open { undecodable: true, .. } => HoleCause::Undecodable,
            Open { event: true, .. } => return,
            Open { paused: true, background: true, .. } | Open { paused: true, passed: true, .. } => return,
            Open { paused: true, .. } => HoleCause::Paused,
            _ => HoleCause::Late,
        };
        let held_up = if cause == HoleCause::Late && open.late == 0 { open.units as u32 } else { 0 };
        let late_by = open.late_by.max(held_up);
        self.wait(open, cause, (missing, end), late_by, tick);
    }

    /// Nothing came any more.
    pub(super) fn end(&mut self, tick: TickNumber) {
        match self.open.take() {
            Some(open) if open.undecodable => self.wait(open, HoleCause::Undecodable, (0, 0), 0, tick),
            Some(open) if !open.event && !open.background && !open.passed => {
                self.wait(open, HoleCause::Paused, (0, 0), 0, tick);
            }
            _ => {}
        }
    }

    /// Another source begins at `tick`, whose numbers are none of those before.
    pub(super) fn restart(&mut self, tick: TickNumber, heard: bool) {
        let open = self.open.take();
        self.waiting.iter_mut().flatten().for_each(|hole| (hole.first, hole.end) = (0, 0));
        (self.dropped, self.event, self.bad) = (0, None, None);
        if heard {
            self.wait(open.unwrap_or(Open::at(tick)), HoleCause::Restarted, (0, 0), 0, tick);
        }
    }

    /// The stream is forgotten; what is known of it stays.
    pub(super) fn forget(&mut self) {
        self.open = None;
        self.waiting.iter_mut().flatten().for_each(|hole| (hole.first, hole.end) = (0, 0));
        (self.dropped, self.event, self.bad) = (0, None, None);
    }

    fn wait(&mut self, open: Open, cause: HoleCause, (missing, end): (i64, i64), late_by: u32, over: TickNumber) {
        let hole = Hole {
            from: open.from,
            units: open.units.clamp(0, i64::from(u32::MAX)) as u32,
            cause,
            lost: missing.clamp(0, i64::from(u16::MAX)) as u16,
            late: open.late.max(u16::from(cause == HoleCause::Late)),
            late_by,
            faded: open.faded,
            passed: open.passed,
            first: if missing > 0 { end - missing } else { 0 },
            end: if missing > 0 { end } else { 0 },
            over,
        };
        match self.waiting.get_mut(self.count) {
            Some(place) => {
                *place = Some(hole);
                self.count += 1;
            }
            // More holes than a tick has blocks: packets of single samples. They are one.
            None => {
                if let Some(Some(last)) = self.waiting.last_mut() {
                    last.units = last.units.saturating_add(hole.units);
                    last.lost = last.lost.saturating_add(hole.lost);
                }
            }
        }
    }

    /// A packet that was missing came, `by` units too late.
    pub(super) fn late(&mut self, sequence: i64, by: i64) {
        let of_hole = |hole: &&mut Hole| (hole.first..hole.end).contains(&sequence) && hole.lost > 0;
        if let Some(hole) = self.waiting.iter_mut().flatten().find(of_hole) {
            (hole.lost, hole.late) = (hole.lost - 1, hole.late.saturating_add(1));
            hole.late_by = hole.late_by.max(by.clamp(0, i64::from(u32::MAX)) as u32);
            // The cause of most of them.
            if hole.cause == HoleCause::Lost && hole.late > hole.lost {
                hole.cause = HoleCause::Late;
            }
        } else if let Some(open) = &mut self.open {
            open.late = open.late.saturating_add(1);
            open.late_by = open.late_by.max(by.clamp(0, i64::from(u32::MAX)) as u32);
        }
    }

    /// The oldest hole that is judged by `tick`. Places are left for what a block may bring.
    pub(super) fn take(&mut self, tick: TickNumber) -> Option<Hole> {
        let first = (*self.waiting.first()?)?;
        let due = tick.since(first.over) >= SETTLED_AFTER || self.count + 2 > WAITING;
        if !due {
            return None;
        }
        self.waiting.rotate_left(1);
        self.count -= 1;
        if let Some(last) = self.waiting.last_mut() {
            *last = None;
        }
        Some(first)
    }

    pub(super) fn take_stretched(&mut self) -> Stretched {
        std::mem::take(&mut self.stretched)
    }
}

#[cfg(test)]
mod tests;
