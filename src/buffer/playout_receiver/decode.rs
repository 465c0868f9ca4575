//! Real-time: from packets to samples in the queue.

use super::{BlockKind, Current, Decoders, MAX_WHOLE_BLOCKS, PayloadSource, PlayoutReceiver};
use crate::buffer::MAX_PACKET_BLOCKS;
use crate::buffer::packet::{Due, Playout};
use crate::buffer::playout::PlayoutContext;
use crate::codec::AudioDecoder;
use crate::types::MediaTime;

impl<P: Copy> PlayoutReceiver<P> {
    /// One block of the packet under way, without any copy. False if there is none.
    pub(super) fn decode_straight<D: Decoders + ?Sized>(
        &mut self,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        out: &mut [f32],
    ) -> bool {
        let decoder = decoder.active();
        if self.is_changing() {
            return false;
        }
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
    pub(super) fn refill<D: Decoders + ?Sized>(
        &mut self,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> BlockKind {
        if let Some(current) = self.current.take() {
            return self.decode(current, payloads, decoder, released);
        }
        let again = self.again(payloads, decoder);
        let context = PlayoutContext { queued: self.queued_units(), silent: self.concealer.is_faded(), again };
        match self.jitter.next(now, context, &mut *released) {
            Playout::Play(due) if due.noise => {
                if due.fresh {
                    decoder.active().reset();
                }
                self.begin_noise(&due, payloads);
                released(due.payload);
                self.background(decoder.active())
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
            Playout::Gap(_) => self.background(decoder.active()),
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

    fn start<D: Decoders + ?Sized>(
        &mut self,
        due: Due<P>,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
    ) -> Current<P> {
        let changed = decoder.select(payloads.format(due.payload), due.arrival);
        if due.fresh {
            decoder.active().reset();
        }
        if due.cut && !self.broken && !self.own_noise {
            (self.broken, self.lost, self.good) = (true, 0, 0);
        }
        if let Some(pre_skip) = changed.filter(|_| !due.fresh) {
            self.begin_change(pre_skip);
        }
        let decoder = decoder.active();
        self.mark_playout(&due);
        let octets = payloads.octets(due.payload);
        if due.step > 1 {
            self.note_redundancy(&due, octets, decoder);
        }
        let longest = if decoder.block_octets().is_some() { MAX_PACKET_BLOCKS as usize } else { MAX_WHOLE_BLOCKS };
        let samples = decoder.payload_samples(octets).unwrap_or(0).min(longest * self.block);
        let done = (due.skip as usize * self.block / self.units).min(samples);
        Current { payload: due.payload, samples, done }
    }

    /// Decodes a block, or the whole packet where it cannot be cut, into the queue.
    fn decode<D: Decoders + ?Sized>(
        &mut self,
        mut current: Current<P>,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> BlockKind {
        let octets = payloads.octets(current.payload);
        let active = decoder.active();
        let cut = active.block_octets().and_then(|n| {
            let from = current.done / self.block;
            let rest = current.samples.saturating_sub(from * self.block);
            let end = if rest < self.block { octets.len() } else { ((from + 1) * n).min(octets.len()) };
            octets.get(from * n..end).map(|part| (part, from * self.block, rest.min(self.block)))
        });
        let (part, from, room) = cut.unwrap_or((octets, 0, current.samples));
        let skip = current.done.saturating_sub(from);
        let change = self.change.as_deref_mut();
        let decoded = self.timeline.append(room, |_, to| {
            let n = active.decode_into(part, to).unwrap_or(0).min(to.len());
            let heard = n.saturating_sub(skip);
            to.copy_within(n - heard..n, 0);
            if let (Some(change), Some(heard)) = (change, to.get_mut(..heard)) {
                change.blend(heard);
            }
            heard
        });
        if decoded == 0 {
            // A payload that cannot be decoded is a lost one.
            released(current.payload);
            let samples = current.samples.saturating_sub(current.done).clamp(1, self.block);
            self.jitter.note_undecodable(samples * self.units / self.block, self.timeline.queued() / self.block);
            return self.conceal(samples, decoder);
        }
        current.done = from + room;
        self.current = Some(current);
        self.free_finished(released);
        self.good = (self.good + decoded).min(self.timeline.queued());
        BlockKind::Speech
    }
}
