//! Real-time: lost packets' audio from later packets that carry it again.

use super::{Decoders, PayloadSource, PlayoutReceiver};
use crate::buffer::fec::BehindHole;
use crate::buffer::packet::Due;
use crate::codec::AudioDecoder;

/// So many packets back redundancy is looked for at least: the furthest that it is waited for.
const WAITED: usize = 12;

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
        let reach = self.reach(&behind, payloads, decoder);
        let samples = |units: u32| units as usize * self.block / self.units;
        let begins = samples(behind.begins);
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
        if behind.is_within() && behind.begins.is_multiple_of(behind.length) {
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
        let packet = due.samples as usize * self.block / self.units;
        let reach = decoder.read_redundancy(octets, WAITED * packet);
        if reach > 0 {
            let missing = i64::from(due.step.saturating_sub(1));
            self.jitter.carries_redundancy(due.arrival, missing, (reach * self.units / self.block) as i64);
        }
        self.redundancy = None;
    }

    /// How many samples before the first packet behind a hole that packet carries again (Deep Redundancy). Read once.
    fn reach(
        &mut self,
        behind: &BehindHole<P>,
        payloads: &impl PayloadSource<P>,
        decoder: &mut (impl AudioDecoder + ?Sized),
    ) -> usize {
        let reach = match self.redundancy {
            Some((sequence, reach)) if sequence == behind.sequence => reach,
            _ => {
                let wanted =
                    behind.begins.max(behind.length.saturating_mul(WAITED as u32)) as usize * self.block / self.units;
                decoder.read_redundancy(payloads.octets(behind.payload), wanted)
            }
        };
        self.redundancy = Some((behind.sequence, reach));
        reach
    }

    /// Nothing came for a while, and now there is a packet behind a hole: how many units before it it carries again.
    pub(super) fn again<D: Decoders + ?Sized>(&mut self, payloads: &impl PayloadSource<P>, decoder: &mut D) -> u32 {
        let Some(behind) = self.jitter.behind_dry_hole() else { return 0 };
        if !decoder.is_at(payloads.format(behind.payload)) {
            return 0;
        }
        let decoder = decoder.active();
        let fec = if decoder.carries_fec(payloads.octets(behind.payload)) { behind.length } else { 0 };
        let reach = self.reach(&behind, payloads, decoder) * self.units / self.block;
        fec.max(reach as u32)
    }
}
