//! Real-time: from packets to samples in the queue.

use super::{BlockKind, Current, MAX_WHOLE_BLOCKS, PayloadSource, Receiver};
use crate::buffer::MAX_PACKET_BLOCKS;
use crate::buffer::packet::{Due, Playout};
use crate::buffer::playout::PlayoutContext;
use crate::codec::AudioDecoder;
use crate::types::MediaTime;

/// How much good audio is looked at to join it to concealment: a pitch period and as much again.
const LOOK_AHEAD_BLOCKS: usize = 3;
/// How far a hole is concealed ahead.
const CONCEAL_AHEAD_BLOCKS: usize = 6;

impl<P: Copy> Receiver<P> {
    /// One block of the packet under way, without any copy. False if there is none.
    pub(super) fn decode_straight<D: AudioDecoder + ?Sized>(
        &mut self,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        out: &mut [f32],
    ) -> bool {
        let (Some(octets), Some(current)) = (decoder.block_octets(), &mut self.current) else { return false };
        let whole = current.done % self.block == 0 && current.samples >= current.done + self.block;
        if !whole || out.len() != self.block {
            return false;
        }
        let from = current.done / self.block * octets;
        let payload = payloads.octets(current.payload).get(from..from + octets);
        if payload.map(|payload| decoder.decode_into(payload, out)) != Some(Ok(self.block)) {
            return false;
        }
        current.done += self.block;
        self.concealer.observe(out);
        self.timeline.played(out);
        true
    }

    /// Adds audio to the queue: from the packet under way, else whatever the jitter buffer says is next.
    pub(super) fn refill<D: AudioDecoder + ?Sized>(
        &mut self,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> BlockKind {
        if let Some(current) = self.current.take() {
            return self.decode(current, payloads, decoder, released);
        }
        let context = PlayoutContext { queued: self.queued_units(), silent: self.concealer.is_faded() };
        match self.jitter.next(now, context, &mut *released) {
            Playout::Play(due) if due.noise => {
                if due.fresh {
                    decoder.reset();
                }
                self.begin_noise(&due, payloads);
                released(due.payload);
                self.background(decoder)
            }
            Playout::Play(due) => {
                // A descriptor of the codec's own is a block of noise, decoded as audio is.
                let descriptor = due.silence_follows && due.samples as usize == self.units;
                let current = self.start(due, payloads, decoder);
                self.own_noise = due.silence_follows;
                match self.decode(current, payloads, decoder, released) {
                    BlockKind::Speech if descriptor => BlockKind::Silence,
                    kind => kind,
                }
            }
            Playout::Conceal(units) => {
                let samples = units as usize * self.block / self.units;
                if self.recover(units, payloads, decoder) {
                    return BlockKind::Speech;
                }
                self.conceal(samples.max(1), decoder)
            }
            Playout::Gap(_) => self.background(decoder),
            Playout::Idle => {
                (self.broken, self.lost, self.good) = (true, 0, 0);
                self.forget_noise();
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
        if due.cut && !self.broken && !self.own_noise {
            (self.broken, self.lost, self.good) = (true, 0, 0);
        }
        self.note_begun(&due);
        let octets = payloads.octets(due.payload);
        let longest = if decoder.block_octets().is_some() { MAX_PACKET_BLOCKS as usize } else { MAX_WHOLE_BLOCKS };
        let samples = decoder.payload_samples(octets).unwrap_or(0).min(longest * self.block);
        let done = (due.skip as usize * self.block / self.units).min(samples);
        Current { payload: due.payload, samples, done }
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
            let rest = current.samples.saturating_sub(from * self.block);
            let end = if rest < self.block { octets.len() } else { ((from + 1) * n).min(octets.len()) };
            octets.get(from * n..end).map(|part| (part, from * self.block, rest.min(self.block)))
        });
        let (part, from, room) = cut.unwrap_or((octets, 0, current.samples));
        let skip = current.done.saturating_sub(from);
        let decoded = self.timeline.append(room, |_, to| {
            let n = decoder.decode_into(part, to).unwrap_or(0).min(to.len());
            let heard = n.saturating_sub(skip);
            to.copy_within(n - heard..n, 0);
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
        self.good = (self.good + decoded).min(self.timeline.queued());
        BlockKind::Speech
    }

    /// Takes the audio of a lost packet from the one after it, if that is there and carries it. `units` were said to be
    /// concealed.
    fn recover<D: AudioDecoder + ?Sized>(
        &mut self,
        units: u32,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
    ) -> bool {
        let Some((payload, left, length)) = self.jitter.after_hole(units) else { return false };
        let samples = |units: u32| units as usize * self.block / self.units;
        let (wanted, room) = (samples(units + left), samples(length));
        let before = self.timeline.queued();
        let written = self.timeline.append(room, |_, to| {
            let n = decoder.fec_into(payloads.octets(payload), to).unwrap_or(0).min(to.len());
            if n < wanted {
                return 0;
            }
            // The start of the packet was concealed already.
            to.copy_within(n - wanted..n, 0);
            wanted
        });
        if written == 0 {
            return false;
        }
        self.note_recovered(before as i32 + written as i32 - room as i32);
        self.jitter.recovered(units, left);
        self.good = (self.good + written).min(self.timeline.queued());
        true
    }

    fn may_conceal_ahead(&self) -> bool {
        self.timeline.queued() < CONCEAL_AHEAD_BLOCKS * self.block && self.jitter.is_before_hole()
    }

    fn conceal<D: AudioDecoder + ?Sized>(&mut self, samples: usize, decoder: &mut D) -> BlockKind {
        let mut own = false;
        let concealer = &mut self.concealer;
        let written = self.timeline.append(samples, |before, to| match decoder.conceal_into(to) {
            Ok(n) if n == to.len() => {
                own = true;
                n
            }
            _ => concealer.conceal(before, to),
        });
        // A codec that conceals joins what follows by itself.
        self.broken |= !own;
        (self.lost, self.good) = (self.lost + written, 0);
        self.concealed = self.timeline.queued();
        self.conceals_as = if !own && self.concealer.is_faded() { BlockKind::Comfort } else { BlockKind::Concealed };
        self.conceals_as
    }

    /// Joins the first good audio to what was concealed; looks ahead for it as far as packets are there.
    pub(super) fn mend<D: AudioDecoder + ?Sized>(
        &mut self,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) {
        // A hole whose end is known is concealed to its end at once: what comes after it can then be joined to it over
        // all of what has not been played.
        while self.good < LOOK_AHEAD_BLOCKS * self.block
            && (self.current.is_some() || self.jitter.has_next() || self.may_conceal_ahead())
        {
            let before = self.timeline.queued();
            self.refill(now, payloads, decoder, released);
            if self.timeline.queued() <= before {
                break;
            }
        }
        if self.good == 0 {
            return;
        }
        let (concealer, lost, good) = (&mut self.concealer, self.lost, self.good);
        self.timeline.edit(0, |samples, at, end| {
            let join = end.saturating_sub(good).max(at);
            if let Some(samples) = samples.get_mut(..end) {
                concealer.merge(samples, join.saturating_sub(lost).max(at), join);
            }
            end
        });
        (self.broken, self.lost) = (false, 0);
    }
}
