//! Real-time: lost packets' audio from later packets that carry it again.

use super::{Decoders, PayloadSource, PlayoutReceiver};
use crate::buffer::packet::Due;
use crate::codec::AudioDecoder;

impl<P: Copy> PlayoutReceiver<P> {
    /// Takes the audio of a lost packet from one after it, if that is there and carries it. `units` were said to be
    /// concealed.
    pub(super) fn recover<D: Decoders + ?Sized>(
        &mut self,
        units: u32,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
    ) -> bool {
        self.recover_packet(units, payloads, decoder) || self.recover_part(units, payloads, decoder)
    }

    /// The last packet of a hole, from the one after it (forward error correction).
    fn recover_packet<D: Decoders + ?Sized>(
        &mut self,
        units: u32,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
    ) -> bool {
        let Some((payload, left, length)) = self.jitter.after_hole(units) else { return false };
        // A packet carries what its own encoder had before it.
        if !decoder.is_at(payloads.format(payload)) {
            return false;
        }
        let decoder = decoder.active();
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
        self.mark_recovered(1, before as i32 + written as i32 - room as i32);
        self.jitter.recovered(units, left);
        self.good = (self.good + written).min(self.timeline.queued());
        true
    }

    /// A part of a hole, from the packet after it, however long the hole is (Deep Redundancy).
    fn recover_part<D: Decoders + ?Sized>(
        &mut self,
        units: u32,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
    ) -> bool {
        let Some(behind) = self.jitter.behind_hole(units) else { return false };
        if !decoder.is_at(payloads.format(behind.payload)) {
            return false;
        }
        let decoder = decoder.active();
        let samples = |units: u32| units as usize * self.block / self.units;
        let begins = samples(behind.begins);
        let reach = match self.redundancy {
            Some((sequence, reach)) if sequence == behind.sequence => reach,
            _ => decoder.read_redundancy(payloads.octets(behind.payload), begins),
        };
        self.redundancy = Some((behind.sequence, reach));
        if reach < begins {
            return false;
        }
        let ahead = self.timeline.queued() as i32;
        let written = self
            .timeline
            .append(samples(units), |_, to| decoder.redundancy_into(begins, to).unwrap_or(0).min(to.len()));
        if written == 0 {
            return false;
        }
        if behind.begins.is_multiple_of(behind.length) {
            self.mark_recovered(behind.begins / behind.length, ahead);
        }
        self.jitter.recovered_part(units, &behind);
        self.good = (self.good + written).min(self.timeline.queued());
        true
    }

    /// A packet behind a hole is played: does it carry what was lost?
    pub(super) fn note_redundancy(&mut self, due: &Due<P>, octets: &[u8], decoder: &mut (impl AudioDecoder + ?Sized)) {
        if decoder.carries_fec(octets) {
            self.jitter.carries_fec(due.arrival);
        }
        let missing = due.step.saturating_sub(1);
        let packet = due.samples as usize * self.block / self.units;
        let reach = decoder.read_redundancy(octets, usize::from(missing) * packet);
        if reach > 0 {
            let units = (reach * self.units / self.block) as i64;
            self.jitter.carries_redundancy(due.arrival, i64::from(missing), units);
        }
        self.redundancy = None;
    }
}
