//! Boundary: the agent's end: what it says, as it comes, and what is to become of it.

use super::chunk::{Chunk, Sent};
use super::error::AgentWriteError;
use super::event::EVENTS;
use super::link::{AgentPosition, AgentStatistics, Link};
use crate::rt::Parcel;
use crate::types::SampleRate;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Chunks that are kept to be used again; more are freed as they come home.
const KEPT: usize = 64;
/// Marks that may wait to be reached.
pub(super) const MARKS: usize = EVENTS;

/// A place in what is said, of which the media thread is to tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) at: u64,
    pub(super) turn: u32,
    /// `None`: nothing follows.
    pub(super) id: Option<u64>,
}

/// What an agent says: mono samples, 1.0 = full scale, at the rate of its port.
///
/// What is written is sent in order, each sample once, from the next tick on, however it comes: a minute at once, or some samples now
/// and then. What is beyond the [backlog](crate::AgentParams::backlog) stays with the caller. While nobody hears the session, or it or
/// who hears it is on hold, what is written waits. What is no number is sent as silence, what is beyond full scale as full scale.
///
/// For any ordinary thread; never waits. Allocates while more waits than before.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug)]
pub struct AgentWriter {
    pub(super) link: Arc<Link>,
    pub(super) rate: SampleRate,
    pub(super) backlog: u64,
    pub(super) chunks: rtrb::Producer<Sent>,
    pub(super) home: rtrb::Consumer<Parcel<Chunk>>,
    pub(super) marks: rtrb::Producer<Mark>,
    pub(super) spare: Vec<Parcel<Chunk>>,
    /// The chunk under way.
    pub(super) open: Vec<f32>,
    pub(super) written: u64,
    pub(super) turn: u32,
    /// Where its turn began.
    pub(super) begun: u64,
}

impl AgentWriter {
    /// Takes as many of `samples` as there is room for and returns how many.
    ///
    /// # Errors
    /// [`AgentWriteError::Interrupted`] once the caller has cut in, until [`begin_turn`](Self::begin_turn) or
    /// [`flush`](Self::flush): what is written until then is of what he would not hear. [`AgentWriteError::Closed`] when the session
    /// has ended. Nothing is taken then.
    pub fn write(&mut self, samples: &[f32]) -> Result<usize, AgentWriteError> {
        self.take(samples, |sample| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 })
    }

    /// The same of linear samples of 16 bit.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_i16(&mut self, samples: &[i16]) -> Result<usize, AgentWriteError> {
        self.take(samples, |sample| f32::from(sample) / 32_768.0)
    }

    fn take<T: Copy>(&mut self, samples: &[T], value: impl Fn(T) -> f32) -> Result<usize, AgentWriteError> {
        self.check()?;
        self.come_home();
        let room = self.room().min(samples.len());
        let capacity = Chunk::capacity(self.rate);
        let mut rest = &samples[..room];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(capacity - self.open.len()));
            self.open.extend(now.iter().map(|sample| value(*sample)));
            if self.open.len() == capacity {
                // The way home has room for as many as there are: none is made as long as one waits there.
                self.come_home();
                let chunk = self.copy_of_open();
                let sent = Sent { turn: self.turn, chunk };
                if let Err(rtrb::PushError::Full(Sent { chunk, .. })) = self.chunks.push(sent) {
                    // What was flushed is not fetched yet: no room until then.
                    self.open.truncate(capacity - now.len());
                    self.spare.push(chunk);
                    break;
                }
                self.open.clear();
            }
            self.written += now.len() as u64;
            rest = later;
        }
        // What is in the ring goes before it; the one that it takes the place of holds nothing that it does not.
        let tail = (!self.open.is_empty()).then(|| self.copy_of_open());
        self.spare.extend(self.link.tail.swap(tail));
        self.link.written.store(self.written, Release);
        Ok(room - rest.len())
    }

    fn copy_of_open(&mut self) -> Parcel<Chunk> {
        let mut chunk = self.spare.pop().unwrap_or_else(|| Parcel::pack(Chunk::new(self.rate)));
        chunk.hold(self.written_open(), self.turn, &self.open);
        chunk
    }

    /// The number of the first sample of the chunk under way.
    fn written_open(&self) -> u64 {
        // Whole chunks follow on each other from the beginning of the turn on.
        let capacity = Chunk::capacity(self.rate) as u64;
        self.begun + (self.written - self.begun) / capacity * capacity
    }

    fn come_home(&mut self) {
        while let Ok(chunk) = self.home.pop() {
            self.spare.push(chunk);
        }
        self.spare.truncate(KEPT);
    }

    fn check(&self) -> Result<(), AgentWriteError> {
        if self.chunks.is_abandoned() {
            return Err(AgentWriteError::Closed);
        }
        match self.is_interrupted() {
            true => Err(AgentWriteError::Interrupted(self.position())),
            false => Ok(()),
        }
    }

    /// Whether the caller has cut in, and nothing is taken until [`begin_turn`](Self::begin_turn) or [`flush`](Self::flush).
    pub fn is_interrupted(&self) -> bool {
        self.link.interrupted.load(Acquire) > self.turn
    }

    /// Samples that there is room for.
    pub fn room(&self) -> usize {
        self.backlog.saturating_sub(self.waiting()) as usize
    }

    /// Samples that were written and not yet sent.
    pub fn waiting(&self) -> u64 {
        self.written - self.position().sample.clamp(self.begun, self.written)
    }

    /// Asks for an event ([`AgentEventKind::Mark`](crate::AgentEventKind::Mark)) when all that was written so far has been sent.
    ///
    /// # Errors
    /// [`AgentWriteError::Marks`] when 1,024 wait; else as [`write`](Self::write).
    pub fn mark(&mut self, id: u64) -> Result<(), AgentWriteError> {
        self.put_mark(Some(id))
    }

    /// Says that what was written so far ends what is to be said: that nothing follows is nobody's fault. What is written afterwards
    /// begins anew.
    ///
    /// # Errors
    /// As [`mark`](Self::mark).
    pub fn finish(&mut self) -> Result<(), AgentWriteError> {
        self.put_mark(None)
    }

    fn put_mark(&mut self, id: Option<u64>) -> Result<(), AgentWriteError> {
        self.check()?;
        let mark = Mark { at: self.written, turn: self.turn, id };
        self.marks.push(mark).map_err(|_| AgentWriteError::Marks(MARKS))
    }

    /// Nothing that was written so far is sent from the next tick on; what was to be the next sample is told by
    /// [`AgentEventKind::Flushed`](crate::AgentEventKind::Flushed) with the number that this returns. What is written afterwards is new
    /// speech; of a backlog that is thrown away 140 s a tick are cleared out of its way. It answers an interruption, too.
    pub fn flush(&mut self) -> u32 {
        self.turn = self.turn.max(self.link.interrupted.load(Acquire)) + 1;
        self.forget();
        self.link.flush(self.turn, self.begun);
        self.turn
    }

    /// After the caller cut in: what is written from now on is new speech. Without that it changes nothing.
    pub fn begin_turn(&mut self) {
        let interrupted = self.link.interrupted.load(Acquire);
        if interrupted > self.turn {
            self.turn = interrupted;
            self.forget();
            self.link.begin_turn(self.turn, self.begun);
        }
    }

    fn forget(&mut self) {
        self.begun = self.written;
        self.open.clear();
        self.spare.extend(self.link.tail.take());
    }

    /// Lets what is written wait, from the next tick on, faded into silence over 5 ms; nothing is lost.
    pub fn pause(&mut self) {
        self.link.held.store(true, Relaxed);
    }

    /// Goes on where it was, faded in over 5 ms.
    pub fn resume(&mut self) {
        self.link.held.store(false, Relaxed);
    }

    /// How far what it says has come: exact to a sample, as of the last tick. A question to nobody.
    pub fn position(&self) -> AgentPosition {
        self.link.position()
    }

    /// Its counts so far.
    pub fn statistics(&self) -> AgentStatistics {
        self.link.statistics()
    }

    /// The rate in which samples are taken.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }
}
