//! Real-time: the receive path of a leg: jitter buffer, decoding, concealment, one block of audio per tick.
//!
//! Payloads stay in the caller's pool until their last sample is decoded. Where a codec's payload can be cut at each
//! block (G.711) and nothing waits, a block is decoded straight from the payload into the caller's frame.

use super::jitter::JitterBuffer;
use super::packet::{Arrived, Due, Inserted, Playout};
use super::playout::PlayoutContext;
use super::statistics::JitterStatistics;
use super::timeline::Timeline;
use crate::buffer::JitterPlan;
use crate::codec::AudioDecoder;
use crate::processing::audio::plc::Concealer;
use crate::types::{MediaTime, SampleRate, TickNumber};

/// The longest packet that is decoded, in blocks.
const MAX_PACKET_BLOCKS: usize = 12;
/// What concealment and stretching look back over, in blocks.
const HISTORY_BLOCKS: usize = 6;

/// The pool that payload handles point into.
pub trait PayloadSource<P> {
    /// The octets of a payload; empty if the handle is stale.
    fn octets(&self, payload: P) -> &[u8];
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
    /// At least part of it is concealment.
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
    arrival: MediaTime,
}

/// What to send on in a tick of pass-through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forward<P> {
    /// This packet. The receiver keeps its handle until the packet's time is over: copy the octets in this tick.
    Packet(Due<P>),
    /// The last packet's time is not over.
    Between,
    /// A packet is missing. The next one's `step` will say how many.
    Missing,
    /// The sender is silent.
    Gap,
    /// No stream.
    Idle,
}

/// The receive path. Built (allocating) by the control side; everything else is real-time safe.
#[derive(Debug)]
pub struct Receiver<P> {
    jitter: JitterBuffer<P>,
    timeline: Timeline,
    concealer: Concealer,
    current: Option<Current<P>>,
    /// Samples in a block, and units of the RTP clock.
    block: usize,
    units: usize,
    /// The last block was concealed or cut off: the next good one is merged.
    broken: bool,
}

impl<P: Copy> Receiver<P> {
    /// A receive path that delivers audio at `rate`, one channel.
    pub fn new(plan: JitterPlan, rate: SampleRate) -> Self {
        let block = rate.block_samples();
        Self {
            jitter: JitterBuffer::new(plan),
            timeline: Timeline::new(HISTORY_BLOCKS * block, (MAX_PACKET_BLOCKS + 4) * block),
            concealer: Concealer::new(rate),
            current: None,
            block,
            units: plan.config().rate as usize / 100,
            broken: false,
        }
    }

    /// Puts a packet in; see [`JitterBuffer::insert`].
    pub fn insert(&mut self, packet: Arrived<P>, released: impl FnMut(P)) -> Inserted {
        self.jitter.insert(packet, released)
    }

    /// The next 10 ms of audio into `out` (one block of the rate). Call it once per tick.
    pub fn pull<D: AudioDecoder + ?Sized>(
        &mut self,
        now: MediaTime,
        tick: TickNumber,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        out: &mut [f32],
        mut released: impl FnMut(P),
    ) -> BlockKind {
        self.begin(tick, &mut released);
        if self.timeline.queued() == 0 && !self.broken && self.decode_straight(payloads, decoder, out) {
            self.free_finished(&mut released);
            return BlockKind::Speech;
        }
        let mut kind = BlockKind::Speech;
        // Each turn adds audio or ends; packets are at least one unit long.
        for _ in 0..4 * MAX_PACKET_BLOCKS {
            if self.timeline.queued() >= out.len() {
                break;
            }
            kind = kind.min(self.refill(now, payloads, decoder, &mut released));
        }
        let n = self.timeline.play(out);
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
            skipped -= queued;
            if let Some(current) = &mut self.current {
                let part = ((current.samples - current.done) as u64).min(skipped);
                current.done += part as usize;
                skipped -= part;
            }
            self.jitter.skip(skipped * self.units as u64 / self.block as u64, &mut *released);
            self.broken = true;
        }
        self.free_finished(released);
    }

    fn free_finished(&mut self, released: &mut impl FnMut(P)) {
        if let Some(current) = self.current.take_if(|current| current.done >= current.samples) {
            released(current.payload);
        }
    }

    /// One block of the packet under way, without any copy. False if there is none.
    fn decode_straight<D: AudioDecoder + ?Sized>(
        &mut self,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        out: &mut [f32],
    ) -> bool {
        let (Some(octets), Some(current)) = (decoder.block_octets(), &mut self.current) else { return false };
        let whole = current.done % self.block == 0 && current.samples - current.done >= self.block;
        if !whole || out.len() != self.block {
            return false;
        }
        let from = current.done / self.block * octets;
        let payload = payloads.octets(current.payload).get(from..from + octets);
        if payload.map(|payload| decoder.decode_into(payload, out)) != Some(Ok(self.block)) {
            return false;
        }
        current.done += self.block;
        self.timeline.played(out);
        true
    }

    /// Adds audio to the queue: from the packet under way, else whatever the jitter buffer says is next.
    fn refill<D: AudioDecoder + ?Sized>(
        &mut self,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> BlockKind {
        if let Some(current) = self.current.take() {
            return self.decode(current, payloads, decoder, released);
        }
        let queued = (self.timeline.queued() * self.units / self.block) as u32;
        let context = PlayoutContext { queued, silent: self.concealer.is_silent() };
        match self.jitter.next(now, context, &mut *released) {
            Playout::Play(due) => {
                let current = self.start(due, payloads, decoder);
                self.decode(current, payloads, decoder, released)
            }
            Playout::Conceal(units) => {
                let samples = units as usize * self.block / self.units;
                self.conceal(samples.max(1), decoder)
            }
            Playout::Gap(_) => {
                self.broken = true;
                let concealer = &mut self.concealer;
                self.timeline.append(self.block, |_, to| concealer.background(to));
                BlockKind::Silence
            }
            Playout::Idle => {
                self.broken = true;
                self.timeline.append(self.block, |_, to| {
                    to.fill(0.0);
                    to.len()
                });
                BlockKind::Idle
            }
        }
    }

    fn start<D: AudioDecoder + ?Sized>(
        &mut self,
        due: Due<P>,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
    ) -> Current<P> {
        if due.fresh {
            decoder.reset();
        }
        self.broken |= due.cut;
        let octets = payloads.octets(due.payload);
        let samples = decoder.payload_samples(octets).unwrap_or(0).min(MAX_PACKET_BLOCKS * self.block);
        let done = (due.skip as usize * self.block / self.units).min(samples);
        Current { payload: due.payload, samples, done, arrival: due.arrival }
    }

    /// Decodes a block, or the whole packet where it cannot be cut, into the queue.
    fn decode<D: AudioDecoder + ?Sized>(
        &mut self,
        mut current: Current<P>,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> BlockKind {
        let octets = payloads.octets(current.payload);
        let cut = decoder.block_octets().and_then(|n| {
            let from = current.done / self.block;
            octets.get(from * n..(from + 1) * n).map(|part| (part, from * self.block, self.block))
        });
        let (part, from, room) = cut.unwrap_or((octets, 0, current.samples));
        let skip = current.done - from;
        let broken = self.broken;
        let concealer = &mut self.concealer;
        let decoded = self.timeline.append(room, |history, to| {
            let n = decoder.decode_into(part, to).unwrap_or(0).min(to.len());
            let heard = n.saturating_sub(skip);
            to.copy_within(n - heard..n, 0);
            if broken && heard > 0 {
                concealer.merge(history, to.get_mut(..heard).unwrap_or_default());
            }
            heard
        });
        if decoded == 0 {
            // A payload that cannot be decoded is a lost one.
            released(current.payload);
            return self.conceal(current.samples.saturating_sub(current.done).clamp(1, self.block), decoder);
        }
        current.done = from + room;
        self.current = Some(current);
        self.free_finished(released);
        self.broken = false;
        BlockKind::Speech
    }

    fn conceal<D: AudioDecoder + ?Sized>(&mut self, samples: usize, decoder: &mut D) -> BlockKind {
        self.broken = true;
        let concealer = &mut self.concealer;
        self.timeline.append(samples, |history, to| match decoder.conceal_into(to) {
            Ok(n) if n == to.len() => n,
            _ => concealer.conceal(history, to),
        });
        if self.concealer.is_silent() { BlockKind::Comfort } else { BlockKind::Concealed }
    }

    /// Pass-through: the packet to send on in this tick, unaltered. Call it once per tick in place of
    /// [`pull`](Self::pull); the two may alternate from tick to tick, audio goes on where it was.
    pub fn forward(&mut self, now: MediaTime, tick: TickNumber, mut released: impl FnMut(P)) -> Forward<P> {
        self.begin(tick, &mut released);
        self.timeline.discard(usize::MAX);
        if let Some(current) = &mut self.current {
            current.done += self.block;
            return Forward::Between;
        }
        match self.jitter.next(now, PlayoutContext::default(), &mut released) {
            Playout::Play(due) => {
                let scaled = |units: u32| units as usize * self.block / self.units;
                let (samples, skip) = (scaled(due.samples), scaled(due.skip));
                let arrival = due.arrival;
                self.current = Some(Current { payload: due.payload, samples, done: skip + self.block, arrival });
                Forward::Packet(due)
            }
            Playout::Conceal(_) => Forward::Missing,
            Playout::Gap(_) => Forward::Gap,
            Playout::Idle => Forward::Idle,
        }
    }

    /// Whether no packet is half played: pass-through may begin without cutting one.
    pub fn at_boundary(&self) -> bool {
        self.timeline.queued() == 0 && self.current.is_none_or(|current| current.done >= current.samples)
    }

    /// When the packet being played came in.
    pub fn playing_arrival(&self) -> Option<MediaTime> {
        self.current.map(|current| current.arrival)
    }

    /// Visits every payload handle that is held, in an order that does not change between calls, to exchange it: the
    /// leg moves to another pool.
    pub fn payloads_mut(&mut self, mut visit: impl FnMut(&mut P)) {
        if let Some(current) = &mut self.current {
            visit(&mut current.payload);
        }
        self.jitter.payloads_mut(visit);
    }

    /// Gives back every handle and forgets the stream. Counters stay.
    pub fn drain(&mut self, mut released: impl FnMut(P)) {
        if let Some(current) = self.current.take() {
            released(current.payload);
        }
        self.jitter.drain(released);
        self.timeline.reset();
        self.concealer.reset();
        self.broken = false;
    }

    /// Counters and state as of `now`.
    pub fn statistics(&self, now: MediaTime) -> JitterStatistics {
        let samples = self.timeline.queued() + self.current.map_or(0, |c| c.samples.saturating_sub(c.done));
        self.jitter.statistics(now, (samples * self.units / self.block) as u32)
    }
}
