//! Real-time: what a leg asks of the holes in what it heard.

use super::PlayoutReceiver;
use crate::buffer::hole::{Hole, Stretched};
use crate::types::TickNumber;

impl<P: Copy> PlayoutReceiver<P> {
    /// Notes of a hole that begins whether it does in what is no louder than the background.
    pub(super) fn look_at_hole(&mut self) {
        if self.jitter.hole_begins() && self.concealer.is_background(self.timeline.last(self.block)) {
            self.jitter.note_hole_in_background();
        }
    }

    /// Whether there are holes, or changes of delay, to be asked for.
    pub fn has_holes(&self) -> bool {
        !self.jitter.holes.is_empty()
    }

    /// The next hole that is judged at `tick`: half a second after its end, as packets may come too late until then.
    pub fn take_hole(&mut self, tick: TickNumber) -> Option<Hole> {
        self.jitter.holes.take(tick)
    }

    /// What time stretching did since this was last asked.
    pub fn take_stretched(&mut self) -> Stretched {
        self.jitter.holes.take_stretched()
    }

    /// A packet of audio came whose payload is none of its codec's.
    pub fn note_bad_payload(&mut self) {
        self.jitter.note_bad_payload();
    }

    /// A packet came for which there was no room.
    pub fn note_dropped(&mut self) {
        self.jitter.holes.note_dropped();
    }
}
