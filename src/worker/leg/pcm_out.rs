//! Boundary: PCM ports outward: what a leg hears, by ring, each block with its time: taps, recorders, bots.
//!
//! Samples run with time: a block in which nothing is heard (hold, pause, loss, a partner that is silent, ticks that were
//! skipped, the way to another worker) is silence. A full ring drops the newest block and counts it: a stalled disk or
//! program never holds the media, and sees the gap in the time of the block behind it.

use super::pcm::samples_of;
use crate::agent_port::LatestIn;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::{BLOCK_MS, MediaTime, PcmTime, SampleRate, TickNumber};
use std::time::Duration;

static SILENCE: [f32; MAX_BLOCK_SAMPLES] = [0.0; MAX_BLOCK_SAMPLES];

/// Where samples go.
#[derive(Debug)]
enum Sink {
    /// A full ring drops the newest.
    Ring { samples: rtrb::Producer<f32>, times: rtrb::Producer<PcmTime> },
    /// The newest is written over the oldest.
    Latest(LatestIn),
}

/// The engine's end of samples that go out.
#[derive(Debug)]
pub struct PcmOut {
    sink: Sink,
    pub(in crate::worker) rate: SampleRate,
    /// The block that is due, or was last.
    due: Option<PcmTime>,
    taken: bool,
    /// Blocks that found no room since this was last asked.
    lost: u32,
}

impl PcmOut {
    /// Blocks that found no room since this was last asked.
    pub(in crate::worker) fn take_lost(&mut self) -> u32 {
        std::mem::take(&mut self.lost)
    }

    /// A block is due. Time in which nobody asked is silence; how much of that found no room.
    pub(crate) fn begin_block(&mut self, tick: TickNumber, time: MediaTime) -> u64 {
        let before = self.due.replace(PcmTime { tick, time });
        self.taken = false;
        let Some(before) = before else { return 0 };
        if tick <= before.tick {
            // Another worker's tick of that number heard it already.
            (self.due, self.taken) = (Some(before), true);
            return 0;
        }
        let missed = tick.since(before.tick) - 1;
        let left_out = match &mut self.sink {
            Sink::Ring { .. } => 0,
            // It never is full: no longer than it is.
            Sink::Latest(latest) => latest.leave_out(missed),
        };
        for n in 1 + left_out..=missed {
            let time = before.time + Duration::from_millis(u64::from(BLOCK_MS) * n);
            if !self.push(PcmTime { tick: before.tick + n, time }, None) {
                return missed + 1 - n;
            }
        }
        0
    }

    /// Whether it has the block that is due.
    pub(in crate::worker) fn has_taken(&self) -> bool {
        self.taken
    }

    /// Takes the block that is due; `None`: silence. False if it found no room, or is no block of this rate.
    pub(crate) fn put(&mut self, block: Option<&[f32]>) -> bool {
        let Some(due) = self.due.filter(|_| !self.taken) else { return true };
        if block.is_some_and(|block| block.len() != self.rate.block_samples()) {
            return false;
        }
        self.taken = true;
        self.push(due, block)
    }

    fn push(&mut self, time: PcmTime, block: Option<&[f32]>) -> bool {
        let length = self.rate.block_samples();
        let Some(block) = block.or(SILENCE.get(..length)) else { return false };
        match &mut self.sink {
            // The time first: whoever finds samples finds their time.
            Sink::Ring { samples, times } => {
                let room =
                    samples.slots() >= length && times.push(time).is_ok() && samples.push_entire_slice(block).is_ok();
                self.lost = self.lost.saturating_add(u32::from(!room));
                room
            }
            Sink::Latest(latest) => {
                latest.push(time, block);
                true
            }
        }
    }

    /// How sure it is that the block to come holds voice.
    pub(in crate::worker) const fn set_voice(&mut self, probability: f32) {
        if let Sink::Latest(latest) = &mut self.sink {
            latest.set_voice(probability);
        }
    }

    /// What a speech machine hears.
    pub(crate) const fn latest(rate: SampleRate, latest: LatestIn) -> Self {
        Self { sink: Sink::Latest(latest), rate, due: None, taken: false, lost: 0 }
    }
}

/// The embedder's end: pulls mono samples, f32, 1.0 = full scale.
///
/// They run with time, from the first tick on: silence included, whether the session is held, muted, connected to nobody or
/// to a party that sends nothing. What is not read in time is lost, the newest first, and counted by [`lost`](Self::lost);
/// [`position`](Self::position) shows the gap. Who begins to read late first [leaves out](Self::discard_waiting) what waits.
///
/// For any ordinary thread; never waits and never allocates: what is not there yet is not read.
///
/// ```
/// use media_core::{MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz16000));
/// let bot = engine.complete(bot)?;
/// let (_, mut hears) = bot.take_pcm().expect("a PCM session's, once");
/// engine.run_for(Duration::from_millis(30));
/// let begun = hears.position().expect("a block waits");
/// assert_eq!(hears.read(&mut [0.0; 400]), 400);
/// let now = hears.position().expect("another block waits");
/// assert_eq!((now.tick.since(begun.tick), now.time - begun.time), (2, Duration::from_millis(25)));
/// assert_eq!(hears.lost(), 0);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct PcmReader {
    samples: rtrb::Consumer<f32>,
    times: rtrb::Consumer<PcmTime>,
    rate: SampleRate,
    /// The block that is read, and how many of its samples are left.
    block: Option<PcmTime>,
    left: usize,
    lost: u64,
}

impl PcmReader {
    /// Pulls as many samples as wait, up to the length of `samples`, and returns how many: those that follow on each other. It
    /// stops before a gap, and goes on behind it at the next call. Never waits.
    pub fn read(&mut self, samples: &mut [f32]) -> usize {
        let mut given = 0;
        while let Some(room) = samples.get_mut(given..).filter(|room| !room.is_empty()) {
            if self.left == 0 && !self.begin_block(given > 0) {
                break;
            }
            let length = self.left.min(room.len());
            let (pulled, _) = self.samples.pop_partial_slice(&mut room[..length]);
            if pulled.is_empty() {
                break;
            }
            (given, self.left) = (given + pulled.len(), self.left - pulled.len());
        }
        given
    }

    fn begin_block(&mut self, following: bool) -> bool {
        let samples = self.rate.block_samples();
        let Some(next) = self.times.peek().ok().copied().filter(|_| self.samples.slots() >= samples) else {
            return false;
        };
        let gap = self.block.map_or(0, |block| next.tick.since(block.tick + 1));
        if following && gap > 0 {
            return false;
        }
        let _ = self.times.pop();
        self.lost += gap * samples as u64;
        (self.block, self.left) = (Some(next), samples);
        true
    }

    /// Leaves out what waits, and returns how many samples that is: who begins to read late, or has fallen behind, hears what is said now,
    /// and not what was said then, for as long as it reads no faster than time goes by. Not counted as lost.
    pub fn discard_waiting(&mut self) -> usize {
        let mut left_out = 0;
        while self.left > 0 || self.begin_block(false) {
            let Ok(chunk) = self.samples.read_chunk(self.left.min(self.samples.slots())) else { break };
            left_out += chunk.len();
            chunk.commit_all();
            self.left = 0;
        }
        left_out
    }

    /// When the sample was heard that is read next; `None`: it is not there yet.
    pub fn position(&self) -> Option<PcmTime> {
        let block = self.block.filter(|_| self.left > 0);
        let Some(PcmTime { tick, time }) = block else { return self.times.peek().ok().copied() };
        let read = (self.rate.block_samples() - self.left) as u64;
        Some(PcmTime { tick, time: time + Duration::from_nanos(read * 1_000_000_000 / u64::from(self.rate.hz())) })
    }

    /// Samples that were lost until what was read last, as they were not read in time.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Samples that wait.
    pub fn available(&self) -> usize {
        self.samples.slots()
    }

    /// The rate in which samples come.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }
}

/// A ring from the engine to the embedder for `milliseconds` of samples. Allocates: control side.
pub fn pcm_out(rate: SampleRate, milliseconds: u32) -> (PcmOut, PcmReader) {
    let (samples_tx, samples) = rtrb::RingBuffer::new(samples_of(rate, milliseconds));
    let (times_tx, times) = rtrb::RingBuffer::new(samples_of(rate, milliseconds) / rate.block_samples());
    let sink = Sink::Ring { samples: samples_tx, times: times_tx };
    let out = PcmOut { sink, rate, due: None, taken: false, lost: 0 };
    (out, PcmReader { samples, times, rate, block: None, left: 0, lost: 0 })
}

#[cfg(test)]
mod tests;
