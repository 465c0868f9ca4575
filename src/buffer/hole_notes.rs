//! Real-time: what the jitter buffer and the receive path note of holes.

use super::jitter::JitterBuffer;
use super::playout::PlayoutContext;
use crate::types::TickNumber;

impl<P: Copy> JitterBuffer<P> {
    pub(super) fn tick(&self) -> TickNumber {
        self.playout.tick.unwrap_or_default()
    }

    /// So many units are to be made up, to be heard behind what is queued.
    pub(super) fn note_hole(&mut self, units: i64, context: PlayoutContext) {
        let ahead = u64::from(context.queued) / self.clock.block().unsigned_abs().max(1);
        let tick = self.tick() + ahead;
        self.holes.conceal(tick, units, context.silent);
    }

    /// A packet holds what the decoder does not take, to be heard so many blocks later.
    pub(super) fn note_undecodable(&mut self, units: usize, ahead: usize) {
        let tick = self.tick() + ahead as u64;
        self.holes.note_undecodable(tick, units as i64);
    }

    /// A packet without audio came.
    pub(super) fn note_hole_event(&mut self) {
        let tick = self.tick();
        self.holes.note_event(tick);
    }

    /// A packet came whose payload is none of its codec's.
    pub(super) fn note_bad_payload(&mut self) {
        let tick = self.tick();
        self.holes.note_bad_payload(tick);
    }

    /// Whether what is to be heard now is the begin of a hole. Once for each.
    pub(super) fn hole_begins(&mut self) -> bool {
        self.holes.take_begin()
    }

    /// By the timestamp of the next packet the sender was silent, for so many units from now on.
    pub(super) fn note_hole_pause(&mut self, units: i64, context: PlayoutContext) {
        let ahead = u64::from(context.queued) / self.clock.block().unsigned_abs().max(1);
        let tick = self.tick() + ahead;
        self.holes.pause(tick, units);
    }

    pub(super) fn note_hole_in_background(&mut self) {
        self.holes.note_background();
    }

    pub(super) fn note_hole_passed(&mut self) {
        self.holes.note_passed();
    }

    /// Counts audio that the caller took out (`shorter`) or put in by time stretching.
    pub fn count_stretch(&mut self, shorter: bool, ms: f64) {
        let counted = if shorter { &mut self.counted.shortened_ms } else { &mut self.counted.lengthened_ms };
        *counted += ms;
        self.holes.note_stretch(shorter, (ms * self.clock.block() as f64 / 10.0) as u32);
    }
}
