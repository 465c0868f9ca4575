//! Real-time: the receive path of a leg: jitter buffer, decoding, concealment, one block of audio per tick.
//!
//! Payloads stay in the caller's pool until their last sample is decoded. Where a codec's payload can be cut at each
//! block (G.711) and nothing waits, a block is decoded straight from the payload into the caller's frame.

mod align;
mod continuation;
mod decode;
mod decoders;
mod format_change;
mod forward;
mod holes;
mod merge;
mod noise;
mod payload_handles;
mod playout_marks;
mod recover;
mod stretch;

pub use decoders::Decoders;
pub use forward::Forward;
pub use playout_marks::PlayoutMark;

use format_change::FormatChange;

use super::config::JitterPlan;
use super::jitter::JitterBuffer;
use super::packet::{Arrived, Inserted};
use super::timeline::Timeline;
use crate::codec::audio::comfort_noise::ComfortNoiseGenerator;
use crate::processing::audio::plc::Concealer;
use crate::types::{MediaTime, SampleRate, TickNumber};

/// The longest packet that is decoded whole, in blocks; one that can be cut may be longer.
const MAX_WHOLE_BLOCKS: usize = 12;
/// A block is filled by so many packets at most: at 8 kHz they may be of a single sample.
const MAX_TURNS: usize = 96;
/// What concealment and stretching look back over, in blocks.
const HISTORY_BLOCKS: usize = 6;

/// The pool that payload handles point into.
pub trait PayloadSource<P> {
    /// The octets of a payload; empty if the handle is stale.
    fn octets(&self, payload: P) -> &[u8];

    /// Which of the stream's formats a payload is; 0 where there is one only.
    fn format(&self, _payload: P) -> u8 {
        0
    }
}

/// What a block of audio is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockKind {
    /// No stream: zeros.
    Idle,
    /// The sender is silent.
    Silence,
    /// Comfort noise.
    Comfort,
    /// Concealment, or to a good part.
    Concealed,
    /// All from packets.
    Speech,
}

/// A packet under way: given out by the buffer, not yet played to its end.
#[derive(Debug, Clone, Copy)]
struct Current<P> {
    payload: P,
    /// Its samples, and how many of them are decoded, forwarded or passed over.
    samples: usize,
    done: usize,
}

/// The receive path. Built (allocating) by the control side; everything else is real-time safe.
#[derive(Debug)]
pub struct PlayoutReceiver<P> {
    jitter: JitterBuffer<P>,
    timeline: Timeline,
    concealer: Concealer,
    current: Option<Current<P>>,
    /// The packets begun in the last block; further ones are not noted.
    marks: [Option<PlayoutMark>; 4],
    /// Samples in a block, and units of the RTP clock.
    block: usize,
    units: usize,
    /// The last block was concealed or cut off: the next good one is merged.
    broken: bool,
    /// While it is broken: samples at the end of the queue that are concealed, and good ones after them.
    lost: usize,
    good: usize,
    /// Samples at the start of the queue up to the last concealed one, and what those are.
    concealed: usize,
    conceals_as: BlockKind,
    /// Blocks since the delay was changed.
    since_splice: u32,
    /// Whether the delay is too long (1) or too short (-1), and for how many blocks it has been.
    off: i64,
    off_for: u32,
    /// Searches in a row that found no place for a splice, and blocks until the next one.
    failed: u32,
    pause: u32,
    leave_small: bool,
    to_blocks: bool,
    /// What is at the end of the queue is noise of the decoder's own, from which it goes on by itself.
    own_noise: bool,
    /// What is heard where the sender described its background; none where that was not negotiated.
    noise: Option<Box<ComfortNoiseGenerator>>,
    /// From one format of the stream to the next; none where there is one only.
    change: Option<Box<FormatChange>>,
    /// The last packet passed undecoded.
    forwarded: bool,
    /// The packet whose redundancy the decoder has read, by its place in the stream, and how many samples back that reaches.
    redundancy: Option<(i64, usize)>,
}

impl<P: Copy> PlayoutReceiver<P> {
    /// A receive path that delivers audio at `rate`, one channel.
    pub fn new(rate: SampleRate, plan: JitterPlan) -> Self {
        let block = rate.block_samples();
        Self {
            jitter: JitterBuffer::new(plan),
            timeline: Timeline::new(HISTORY_BLOCKS * block, (MAX_WHOLE_BLOCKS + 4) * block),
            concealer: Concealer::new(rate),
            current: None,
            marks: [None; 4],
            block,
            units: plan.config().rate as usize / 100,
            broken: false,
            lost: 0,
            good: 0,
            concealed: 0,
            conceals_as: BlockKind::Concealed,
            since_splice: 0,
            off: 0,
            off_for: 0,
            failed: 0,
            pause: 0,
            leave_small: false,
            to_blocks: false,
            own_noise: false,
            noise: None,
            change: None,
            forwarded: false,
            redundancy: None,
        }
    }

    /// Puts a packet in; see [`JitterBuffer::insert`]. Where a new source begins, the old one's audio ends at once.
    pub fn insert(&mut self, packet: Arrived<P>, mut released: impl FnMut(P)) -> Inserted {
        let inserted = self.jitter.insert(packet, &mut released);
        if inserted == Inserted::Restarted {
            self.restart(released);
        }
        inserted
    }

    /// Another source, or another timeline of it, begins.
    fn restart(&mut self, mut released: impl FnMut(P)) {
        if let Some(current) = self.current.take() {
            released(current.payload);
        }
        self.timeline.discard(usize::MAX);
        (self.concealed, self.redundancy) = (0, None);
        (self.broken, self.lost, self.good, self.own_noise) = (true, 0, 0, false);
        self.forget_noise();
    }

    /// Takes an older packet that came again; see [`JitterBuffer::insert_redundant`].
    pub fn insert_redundant(&mut self, sequence: u16, again: Arrived<P>, released: impl FnMut(P)) -> Inserted {
        self.jitter.insert_redundant(sequence, again, released)
    }

    /// Times that another source or timeline began.
    pub const fn source_changes(&self) -> u64 {
        self.jitter.source_changes()
    }

    /// Notes a packet of the stream that holds no audio; see [`JitterBuffer::note_non_audio`].
    pub fn note_non_audio(&mut self, ssrc: u32, sequence: u16) {
        self.jitter.note_non_audio(ssrc, sequence);
    }

    /// The next 10 ms of audio into `out` (one block of the rate). Call it once per tick.
    pub fn pull<D: Decoders + ?Sized>(
        &mut self,
        now: MediaTime,
        tick: TickNumber,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        out: &mut [f32],
        mut released: impl FnMut(P),
    ) -> BlockKind {
        if std::mem::take(&mut self.forwarded) {
            self.remember_passed(payloads, decoder);
        }
        self.begin(tick, &mut released);
        self.marks = [None; 4];
        if !self.broken {
            self.stretch(now, payloads, decoder, &mut released);
        }
        if self.timeline.queued() == 0 && !self.broken && self.decode_straight(payloads, decoder, out) {
            self.free_finished(&mut released);
            return BlockKind::Speech;
        }
        let mut kind = BlockKind::Speech;
        // Each turn adds audio or ends; packets are at least one unit long.
        for _ in 0..MAX_TURNS {
            if self.timeline.queued() >= out.len() {
                break;
            }
            kind = kind.min(self.refill(now, payloads, decoder, &mut released));
        }
        if self.broken {
            self.merge_after_loss(now, payloads, decoder, &mut released);
        } else if kind == BlockKind::Speech {
            self.concealer.observe(self.timeline.queue().get(..out.len()).unwrap_or_default());
        }
        if 2 * self.concealed >= out.len() {
            kind = kind.min(self.conceals_as);
        }
        let n = self.timeline.play(out);
        self.concealed = self.concealed.saturating_sub(n);
        self.lost = self.lost.min(self.timeline.queued());
        if let Some(rest) = out.get_mut(n..) {
            rest.fill(0.0);
        }
        kind
    }

    /// Drops what skipped ticks should have played, and frees a packet that was played to its end.
    fn begin(&mut self, tick: TickNumber, released: &mut impl FnMut(P)) {
        let mut skipped = self.jitter.begin(tick).saturating_mul(self.block as u64);
        if skipped > 0 {
            let queued = (self.timeline.queued() as u64).min(skipped);
            self.timeline.discard(queued as usize);
            self.concealed = self.concealed.saturating_sub(queued as usize);
            skipped -= queued;
            if let Some(current) = &mut self.current {
                let part = (current.samples.saturating_sub(current.done) as u64).min(skipped);
                current.done += part as usize;
                skipped -= part;
            }
            self.jitter.skip(skipped * self.units as u64 / self.block as u64, &mut *released);
            (self.broken, self.lost, self.good) = (true, 0, self.timeline.queued());
        }
        self.free_finished(released);
    }

    fn free_finished(&mut self, released: &mut impl FnMut(P)) {
        if let Some(current) = self.current.take_if(|current| current.done >= current.samples) {
            released(current.payload);
        }
    }
}
