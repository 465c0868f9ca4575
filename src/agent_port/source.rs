//! Real-time: what an agent says, a block a tick: as long as there is something; faded where there is not; and what is told of it.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod caller;
mod feed;
mod pace;
mod shape;
mod tell;

use super::chunk::{Chunk, Sent};
use super::event::{AgentEvent, AgentEventKind, DryCause, InterruptCause};
use super::link::{AgentPosition, Link, add};
use super::params::{AgentParams, samples_in, time_of};
use super::writer::Mark;
use crate::rt::Parcel;
use crate::types::{MediaTime, PcmTime, SampleRate, TickNumber};
use feed::{Cut, Feed};
use pace::Pace;
use shape::Shape;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tell::Teller;

/// The rings of a port, seen from the media thread.
#[derive(Debug)]
pub(super) struct SourceParts {
    pub(super) link: Arc<Link>,
    pub(super) chunks: rtrb::Consumer<Sent>,
    pub(super) home: rtrb::Producer<Parcel<Chunk>>,
    pub(super) marks: rtrb::Consumer<Mark>,
    pub(super) events: rtrb::Producer<AgentEvent>,
}

/// Whether there is something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was said yet.
    Fresh,
    Speaking,
    /// For so many samples.
    Dry(DryCause, u64),
}

/// The media thread's end of what an agent says. Built by the control side.
#[derive(Debug)]
pub struct AgentSource {
    rate: SampleRate,
    pub(super) link: Arc<Link>,
    feed: Feed,
    shape: Shape,
    tell: Teller,
    pace: Option<Parcel<Pace>>,
    state: State,
    low_water: u64,
    by_digit: bool,
    by_speech: bool,
    /// Legs that hear it, taps apart.
    heard_by: u16,
    /// More than that has waited since it was told last.
    was_high: bool,
    interrupted: Option<InterruptCause>,
    /// A turn ended before this block.
    cut: bool,
    /// The block that was asked for last.
    at: PcmTime,
    /// Behind what has been said or forgotten.
    spoken: u64,
    /// Behind the last sample that was sent.
    last: AgentPosition,
}

impl AgentSource {
    /// Allocates: control side.
    pub(super) fn new(params: &AgentParams, parts: SourceParts) -> Self {
        let (rate, samples) = (params.rate, |time| samples_in(time, params.rate));
        let SourceParts { link, chunks, home, marks, events } = parts;
        Self {
            rate,
            feed: Feed::new(link.clone(), chunks, home),
            shape: Shape::new(rate),
            tell: Teller::new(link.clone(), marks, events),
            pace: params.latency.map(|target| Parcel::pack(Pace::new(rate, samples(target)))),
            state: State::Fresh,
            low_water: samples(params.low_water),
            by_digit: params.interrupted_by_digit,
            by_speech: params.interrupted_by_speech,
            heard_by: 0,
            was_high: false,
            interrupted: None,
            cut: false,
            spoken: 0,
            at: PcmTime { tick: TickNumber(0), time: MediaTime::ZERO },
            last: AgentPosition { sample: 0, at: PcmTime { tick: TickNumber(0), time: MediaTime::ZERO } },
            link,
        }
    }

    /// The rate of what it says.
    pub(crate) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The block that is due at `at`; `waits`: nobody would hear it. False: it is silence.
    pub(crate) fn pull(&mut self, at: PcmTime, waits: bool, out: &mut [f32]) -> bool {
        self.at = at;
        self.change_turn();
        let held = waits || self.link.held.load(Relaxed);
        let given = match (&mut self.pace, held) {
            (_, true) => 0,
            (None, false) => self.feed.fill(out),
            (Some(pace), false) => pace.fill(&mut self.feed, &self.link, out),
        };
        if given > 0 {
            // Where a piece was put in, it is said over again, and the position waits for it.
            let next = self.feed.next().saturating_sub(self.held()).max(self.spoken);
            add(&self.link.sent, next - self.spoken);
            self.spoken = next;
            self.last = AgentPosition { sample: next, at: self.time(at, given) };
            self.link.set_position(self.last);
        }
        let next = self.spoken;
        let (rate, last) = (self.rate, self.last);
        self.tell.tell_marks(self.feed.turn(), next, |sample| {
            let behind = time_of(last.sample.saturating_sub(sample), rate);
            let at = PcmTime { tick: last.at.tick, time: last.at.time.earlier_by(behind) };
            AgentPosition { sample: sample.min(last.sample), at }
        });
        self.follow(at, given, out.len(), held);
        self.tell_low();
        self.shape.apply(out, given)
    }

    /// Whether it ran dry though it is not at an end, for no longer than a second.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.state, State::Dry(DryCause::Late, samples) if samples <= u64::from(self.rate.hz()))
    }

    fn change_turn(&mut self) {
        let taken = self.feed.take_turn(self.spoken);
        let Some(Cut { forgotten, flushed }) = taken else {
            // Where the turn begins may be known by now.
            self.spoken = self.feed.next().saturating_sub(self.held()).max(self.spoken);
            return;
        };
        self.spoken = self.feed.next();
        if let Some(pace) = &mut self.pace {
            pace.clear();
        }
        self.shape.cut();
        (self.was_high, self.cut) = (false, true);
        let interrupted = self.interrupted.take();
        if let Some(cause) = interrupted {
            self.tell.tell(self.last, AgentEventKind::Interrupted { cause, forgotten });
        }
        if let Some(flush) = flushed {
            let forgotten = if interrupted.is_some() { 0 } else { forgotten };
            self.tell.tell(self.last, AgentEventKind::Flushed { flush, forgotten });
        }
    }

    /// Follows whether there is something to say, and tells of it.
    fn follow(&mut self, at: PcmTime, given: usize, block: usize, held: bool) {
        let cut = std::mem::take(&mut self.cut);
        if given > 0 {
            if let State::Dry(cause, samples) = self.state {
                let lasted = time_of(samples, self.rate);
                let begun = AgentPosition { sample: self.last.sample, at: self.time(at, 0) };
                self.tell.tell(begun, AgentEventKind::DryEnded { cause, lasted });
                if matches!(cause, DryCause::Late | DryCause::Held) && !cut {
                    self.shape.fade_in();
                }
            }
            self.state = State::Speaking;
        }
        let missing = block.saturating_sub(given) as u64;
        match self.state {
            State::Fresh => {}
            State::Speaking if missing == 0 => {}
            State::Speaking => {
                let cause = match () {
                    () if cut && given == 0 => DryCause::Flushed,
                    () if self.tell.is_finished(self.spoken) => DryCause::Finished,
                    () if held => DryCause::Held,
                    () => DryCause::Late,
                };
                self.state = State::Dry(cause, missing);
                let position = AgentPosition { sample: self.last.sample, at: self.time(at, given) };
                self.tell.tell(position, AgentEventKind::DryBegan(cause));
                add(&self.link.late, u64::from(cause == DryCause::Late));
            }
            State::Dry(cause, samples) => self.state = State::Dry(cause, samples + missing),
        }
        if matches!(self.state, State::Dry(DryCause::Late, _)) {
            add(&self.link.late_samples, missing);
        }
    }

    fn tell_low(&mut self) {
        let waiting = self.waiting();
        if waiting > self.low_water {
            self.was_high = true;
        } else if std::mem::take(&mut self.was_high) && self.low_water > 0 {
            self.tell.tell(self.last, AgentEventKind::BacklogLow);
        }
    }

    /// Samples that wait to be sent.
    fn waiting(&self) -> u64 {
        self.feed.waiting() + self.held()
    }

    /// Samples that were fetched and not said yet.
    fn held(&self) -> u64 {
        self.pace.as_ref().map_or(0, |pace| pace.held())
    }

    /// When so many samples of the block of `at` are over.
    fn time(&self, at: PcmTime, samples: usize) -> PcmTime {
        PcmTime { tick: at.tick, time: at.time + time_of(samples as u64, self.rate) }
    }
}

#[cfg(test)]
mod tests;
