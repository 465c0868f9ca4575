//! Boundary: from who renders prompts to the media thread that plays them: samples, what each block of them is, and back what
//! became of it. One writer and one reader each; what is to be left out is said by numbers, as nobody but its reader empties a ring.

use crate::playback::report::PlaybackFault;
use crate::rt::Gauge;
use crate::types::SampleRate;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};

/// Prompts of one player at a time: one that plays, others that wait, and some that are over and still to be cleared away.
pub(crate) const SLOTS: usize = 32;
/// How far ahead prompts are rendered, in blocks of 10 ms.
const PREFETCH_BLOCKS: usize = 50;
/// What a player may say until the supervisor has heard.
const NEWS: usize = 128;

/// What a block of samples is, or (without samples) that a prompt is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    pub(crate) slot: u8,
    /// Of which rendering: a seek begins another, and what is of one before is dropped.
    pub(crate) epoch: u32,
    pub(crate) samples: u16,
    /// Of the prompt, behind this block, in its present round.
    pub(crate) position: u64,
    pub(crate) rounds: u32,
    /// How loud what else is heard is meanwhile.
    pub(crate) beside: f32,
    pub(crate) fades_in: bool,
    pub(crate) end: Option<MarkEnd>,
}

/// How a prompt ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkEnd {
    Complete,
    Failed(PlaybackFault),
    /// It was stopped before it was rendered to its end.
    Cut,
}

/// What a player says of a prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlayerNews {
    pub(crate) slot: u8,
    pub(crate) epoch: u32,
    pub(crate) position: u64,
    pub(crate) rounds: u32,
    pub(crate) what: News,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum News {
    /// Its first block is sent; `position` is where it begins.
    Started,
    /// It was cut where it sounded.
    Cut,
    /// It ended by itself.
    Ended(MarkEnd),
    /// Nothing more of that rendering comes: its end was dropped.
    Dropped,
    /// What it is to play did not come in time.
    Dry,
    /// It came after so many blocks of silence.
    Refilled(u32),
}

/// What the supervisor tells a player between two blocks.
#[derive(Debug)]
pub(crate) struct PlayerControl {
    /// Of each slot: renderings before this one are dropped.
    keep_from: [AtomicU32; SLOTS],
    /// By slot: whether it waits where it is.
    paused: AtomicU32,
    /// Told by the player: the slot that sounds with its round, and how far it is in that.
    sounding: Gauge,
    position: Gauge,
}

const _: () = assert!(SLOTS <= u32::BITS as usize);

impl PlayerControl {
    /// Renderings of a slot from `epoch` on are played.
    pub(crate) fn keep_from(&self, slot: u8, epoch: u32) {
        if let Some(place) = self.keep_from.get(usize::from(slot)) {
            place.store(epoch, Release);
        }
    }

    /// Nothing of a slot is played any more.
    pub(crate) fn cut(&self, slot: u8) {
        self.keep_from(slot, u32::MAX);
    }

    /// Whether a slot waits where it is. One writer only.
    pub(crate) fn pause(&self, slot: u8, waits: bool) {
        let before = self.paused.load(Acquire) & !(1 << slot);
        self.paused.store(before | u32::from(waits) << slot, Release);
    }

    /// How far a slot was in its present round, and which that is, when it was heard last.
    pub(crate) fn place(&self, slot: u8) -> Option<(u64, u32)> {
        let sounding = self.sounding.get();
        (sounding >> 32 == u64::from(slot) + 1).then(|| (self.position.get(), sounding as u32))
    }

    /// Notes how far it is. Real-time safe.
    pub(in crate::playback) fn note(&self, mark: &Mark) {
        self.position.set(mark.position);
        self.sounding.set((u64::from(mark.slot) + 1) << 32 | u64::from(mark.rounds));
    }

    /// Whether that rendering is to be dropped. Real-time safe.
    pub(in crate::playback) fn is_cut(&self, slot: u8, epoch: u32) -> bool {
        self.keep_from.get(usize::from(slot)).is_none_or(|from| epoch < from.load(Acquire))
    }

    /// Whether that slot waits. Real-time safe.
    pub(in crate::playback) fn is_paused(&self, slot: u8) -> bool {
        self.paused.load(Acquire) >> slot & 1 == 1
    }
}

/// Where prompts are rendered to.
#[derive(Debug)]
pub(crate) struct Feed {
    samples: rtrb::Producer<f32>,
    marks: rtrb::Producer<Mark>,
    pub(crate) rate: SampleRate,
}

impl Feed {
    /// Whether there is room for a block.
    pub(crate) fn has_room(&self) -> bool {
        self.samples.slots() >= self.rate.block_samples() && self.marks.slots() > SLOTS
    }

    /// Whether nobody plays it any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.marks.is_abandoned()
    }

    /// A block, or the end of a prompt; false if there was no room for it.
    pub(crate) fn put(&mut self, mark: Mark, samples: &[f32]) -> bool {
        // The mark behind the samples: who sees it finds them.
        let room = self.marks.slots() > 0 && self.samples.slots() >= samples.len();
        room && self.samples.push_entire_slice(samples).is_ok() && self.marks.push(mark).is_ok()
    }
}

/// The rings of a player, and what tells it: the media thread's ends, what feeds it, and what hears it. Allocates: control side.
pub(crate) struct Rings {
    pub(crate) samples: rtrb::Consumer<f32>,
    pub(crate) marks: rtrb::Consumer<Mark>,
    pub(crate) news_in: rtrb::Producer<PlayerNews>,
    pub(crate) control: PlayerControl,
    pub(crate) feed: Feed,
    pub(crate) news: rtrb::Consumer<PlayerNews>,
}

impl Rings {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let (samples_in, samples) = rtrb::RingBuffer::new(PREFETCH_BLOCKS * rate.block_samples());
        let (marks_in, marks) = rtrb::RingBuffer::new(PREFETCH_BLOCKS + 2 * SLOTS);
        let (news_in, news) = rtrb::RingBuffer::new(NEWS);
        let control = PlayerControl {
            keep_from: [const { AtomicU32::new(0) }; SLOTS],
            paused: AtomicU32::new(0),
            sounding: Gauge::new(),
            position: Gauge::new(),
        };
        Self { samples, marks, news_in, control, feed: Feed { samples: samples_in, marks: marks_in, rate }, news }
    }
}
