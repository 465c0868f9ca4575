//! Real-time: holes in the audio: concealed, and joined to what comes after them.

use super::{BlockKind, Decoders, PayloadSource, PlayoutReceiver};
use crate::codec::AudioDecoder;
use crate::types::MediaTime;

/// How much good audio is looked at to join it to concealment: a pitch period and as much again.
const LOOK_AHEAD_BLOCKS: usize = 3;
/// How far a hole is concealed ahead.
const CONCEAL_AHEAD_BLOCKS: usize = 6;

impl<P: Copy> PlayoutReceiver<P> {
    fn may_conceal_ahead(&self) -> bool {
        self.timeline.queued() < CONCEAL_AHEAD_BLOCKS * self.block && self.jitter.is_before_hole()
    }

    pub(super) fn conceal<D: Decoders + ?Sized>(&mut self, samples: usize, decoder: &mut D) -> BlockKind {
        let mut own = false;
        self.look_at_hole();
        let (concealer, decoder) = (&mut self.concealer, decoder.active());
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
    pub(super) fn merge_after_loss<D: Decoders + ?Sized>(
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
