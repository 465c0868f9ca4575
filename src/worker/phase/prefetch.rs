//! Real-time: asks the cache for a batch's state before its legs are worked on, level by level: the misses of 64 legs
//! overlap, where one leg's chain of pointers would wait for each in turn. The same for packets that wait in a ring.

use crate::rt::{PacketRx, pop_lowest, prefetch_all, prefetch_first};
use crate::worker::leg::inward::LegReceiver;
use crate::worker::leg::{Input, LegBody, Output};
use crate::worker::state::Worker;

/// So many legs stay in a core's cache (some 6 KiB each) from tick to tick: asking would cost more than it saves.
const CACHED: u64 = 128;
/// How many packets ahead a leg is asked for, its receive path, and what hangs on that.
const AHEAD: usize = 12;
const PATH_AHEAD: usize = 8;
const HELD_AHEAD: usize = 4;

/// Whom the next packets of a ring are for, of those that were looked at.
#[derive(Debug, Default)]
pub(in crate::worker) struct Coming {
    legs: [u32; AHEAD],
    /// Packets looked at.
    seen: usize,
    /// Packets whose turn has come.
    taken: usize,
}

impl Worker {
    /// Before each packet that is taken: asks for what those behind it will touch.
    pub(in crate::worker) fn prefetch_packets(&self, ring: &mut PacketRx, coming: &mut Coming) {
        if self.legs.occupied <= CACHED {
            return;
        }
        while coming.seen < coming.taken + AHEAD {
            let Some(key) = ring.look_ahead() else { break };
            let leg = key.leg().index;
            if let Some((head, body)) = self.legs.peek(leg) {
                prefetch_all(head);
                prefetch_all(body);
            }
            if let Some(place) = coming.legs.get_mut(coming.seen % AHEAD) {
                *place = leg;
            }
            coming.seen += 1;
        }
        if let Some((receive, body)) = self.path_of(coming, PATH_AHEAD) {
            prefetch_all(receive);
            prefetch_first(&*body.counters);
        }
        if let Some((receive, _)) = self.path_of(coming, HELD_AHEAD) {
            receive.prefetch_entry();
        }
        coming.taken += 1;
    }

    /// The receive path of the packet that is so many behind the next one.
    fn path_of(&self, coming: &Coming, ahead: usize) -> Option<(&LegReceiver, &LegBody)> {
        let packet = coming.taken + ahead;
        let leg = coming.legs.get(packet % AHEAD).filter(|_| packet < coming.seen)?;
        let (_, body) = self.legs.peek(*leg)?;
        if let Input::Rtp(receive) = &body.input { Some((receive, body)) } else { None }
    }

    pub(in crate::worker) fn prefetch_inputs(&self, batch: usize, bits: u64) {
        if self.legs.occupied <= CACHED {
            return;
        }
        for_each(batch, bits, |leg| {
            if let Some((head, body)) = self.legs.peek(leg) {
                prefetch_all(head);
                prefetch_all(body);
            }
        });
        for_each(batch, bits, |leg| {
            if let Some((_, body)) = self.legs.peek(leg)
                && let Input::Rtp(receive) = &body.input
            {
                prefetch_all(&**receive);
                prefetch_first(&*body.counters);
            }
        });
        for_each(batch, bits, |leg| {
            if let Some(Input::Rtp(receive)) = self.legs.peek(leg).map(|(_, body)| &body.input) {
                receive.prefetch();
            }
        });
    }

    pub(in crate::worker) fn prefetch_outputs(&self, batch: usize, bits: u64) {
        if self.legs.occupied <= CACHED {
            return;
        }
        for_each(batch, bits, |leg| {
            if let Some(Output::Rtp(plan)) = self.legs.peek(leg).map(|(_, body)| &body.output) {
                prefetch_all(&**plan);
            }
        });
        for_each(batch, bits, |leg| {
            if let Some(Output::Rtp(plan)) = self.legs.peek(leg).map(|(_, body)| &body.output) {
                plan.prefetch();
            }
        });
    }
}

fn for_each(batch: usize, mut bits: u64, ask: impl Fn(u32)) {
    while let Some(bit) = pop_lowest(&mut bits) {
        ask(batch as u32 * 64 + bit);
    }
}
