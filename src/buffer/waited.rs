//! Real-time: a hole whose end has come late, and is carried by the packet behind it: to be heard whole, where the delay is to grow.

use super::delay_adjustment::delay_adjustment;
use super::jitter::JitterBuffer;
use super::playout::PlayoutContext;
use super::redundancy::PacketTime;
use super::store::Stored;
use crate::types::MediaTime;

/// So many blocks of what was heard before the hole may be heard again for that: a vocoder goes on by itself, without a joint.
const SAID_AGAIN: i64 = 2;

impl<P: Copy> JitterBuffer<P> {
    /// How much of the `hole` before the packet that came first has been made up while nothing came: the audio goes on behind it.
    ///
    /// What that packet carries again is not passed over but heard, as far as the delay is to grow by it: that takes no stretching
    /// of speech, and the next hole of its kind finds the delay that it needs. Less than nothing where more than the hole is heard.
    pub(super) fn credit(&mut self, first: &Stored<P>, hole: i64, now: i64, context: PlayoutContext) -> i64 {
        let credit = hole.min(self.playout.starved);
        self.playout.starved -= credit;
        let missing = self.playout.missing_before(first.sequence);
        let again = i64::from(context.again);
        let carried = credit - (hole - again).max(-SAID_AGAIN * self.clock.block());
        if carried <= 0 || missing == 0 {
            return credit;
        }
        let time = self.packet_time(first.packet.arrival);
        self.redundancy.met_hole(first.sequence, missing);
        if again > time.length {
            self.redundancy.found_deep(first.sequence, missing, again, time);
        } else {
            self.redundancy.found(time.arrival, again);
        }
        self.wait_for_redundancy(time);
        let delay = now - self.playout.timestamp - credit;
        let change = delay_adjustment(delay, i64::from(context.queued), self.delay.target(), self.clock.block());
        let kept = (-change).clamp(0, carried);
        if kept > 0 {
            self.playout.starved = 0;
        }
        credit - kept
    }

    /// When a packet came, and how long packets are.
    pub(super) fn packet_time(&self, arrival: MediaTime) -> PacketTime {
        let (length, block) = (self.playout.last_samples, self.clock.block());
        PacketTime { arrival: self.clock.units(arrival), length, block }
    }

    /// What is known of redundancy has changed.
    pub(super) fn wait_for_redundancy(&mut self, time: PacketTime) {
        let extra = self.redundancy.extra(time);
        self.delay.wait_longer(extra);
    }
}
