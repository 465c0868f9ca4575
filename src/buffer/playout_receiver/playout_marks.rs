//! Real-time: which packets began to be played in a block.

use super::PlayoutReceiver;
use crate::buffer::packet::Due;
use crate::types::MediaTime;

/// A packet whose playing began in the last block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayoutMark {
    /// RTP sequence number.
    pub sequence: u16,
    /// When it came in.
    pub arrival: MediaTime,
    /// Samples from the start of that block to its first one; negative if its start had been concealed already.
    pub ahead: i32,
}

impl<P: Copy> PlayoutReceiver<P> {
    pub(super) fn mark_playout(&mut self, due: &Due<P>) {
        let skipped = due.skip as usize * self.block / self.units;
        let ahead = self.timeline.queued() as i32 - skipped as i32;
        if let Some(slot) = self.marks.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(PlayoutMark { sequence: due.sequence, arrival: due.arrival, ahead });
        }
    }

    /// A packet `back` before the next one, recovered from that, begins `ahead`.
    pub(super) fn mark_recovered(&mut self, back: u32, ahead: i32) {
        let next = self.jitter.first_packet().map(|next| (next.sequence.wrapping_sub(back as u16), next.arrival));
        if let (Some((sequence, arrival)), Some(slot)) = (next, self.marks.iter_mut().find(|slot| slot.is_none())) {
            *slot = Some(PlayoutMark { sequence, arrival, ahead });
        }
    }

    /// The packets whose playing began in the last block: for histograms of residence and playout logs.
    pub fn playout_marks(&self) -> impl Iterator<Item = PlayoutMark> + '_ {
        self.marks.iter().flatten().copied()
    }
}
