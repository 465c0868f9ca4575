//! I/O: the packets of a peer that did not come, as far as it is worth while to ask for them.

use crate::types::MediaTime;
use std::time::Duration;

/// Numbers that are asked for at a time. A hole of more is a stream that was away.
pub(crate) const HOLES: usize = 16;
/// How often one is asked for.
const TIMES: u8 = 2;
/// What an answer takes beyond the round trip: the peer's turn, and ours.
const TURNS: Duration = Duration::from_millis(10);

/// What is known of the way to the peer and of what waits for its packets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    pub round_trip: Duration,
    /// So long a packet that comes in time waits until it is played.
    pub buffer: Duration,
    /// So late a packet may be that the network only held up.
    pub reordered: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Hole {
    sequence: u16,
    /// When one behind it came.
    since: MediaTime,
    times: u8,
    last: MediaTime,
}

/// The holes.
#[derive(Debug, Default)]
pub(crate) struct Missing {
    source: Option<(u32, u16)>,
    holes: [Option<Hole>; HOLES],
}

impl Missing {
    /// Notes a packet that came; whether it was asked for.
    pub fn hear(&mut self, ssrc: u32, sequence: u16, now: MediaTime) -> bool {
        let Some((_, highest)) = self.source.filter(|(source, _)| *source == ssrc) else {
            (self.source, self.holes) = (Some((ssrc, sequence)), [None; HOLES]);
            return false;
        };
        let ahead = sequence.wrapping_sub(highest);
        if ahead == 0 || ahead > u16::MAX / 2 {
            let hole = self.holes.iter_mut().find(|hole| hole.is_some_and(|hole| hole.sequence == sequence));
            return hole.and_then(Option::take).is_some_and(|hole| hole.times > 0);
        }
        self.source = Some((ssrc, sequence));
        if usize::from(ahead) > HOLES {
            self.holes = [None; HOLES];
            return false;
        }
        for sequence in (1..ahead).map(|n| highest.wrapping_add(n)) {
            // The oldest goes: it is the first to be too late.
            let place = self.holes.iter_mut().min_by_key(|hole| hole.map(|hole| hole.since));
            if let Some(place) = place {
                *place = Some(Hole { sequence, since: now, times: 0, last: now });
            }
        }
        false
    }

    /// Whether any is missing.
    pub fn is_empty(&self) -> bool {
        self.holes.iter().all(Option::is_none)
    }

    /// The numbers that are to be asked for now, in their order. What would come too late is given up.
    pub fn ask(&mut self, reach: Reach, now: MediaTime) -> ([u16; HOLES], usize) {
        let mut due = [0; HOLES];
        let mut n = 0;
        for place in &mut self.holes {
            let Some(hole) = place else { continue };
            let comes = now - hole.since + reach.round_trip + TURNS;
            let again = reach.round_trip + 2 * TURNS;
            if comes > reach.buffer || (hole.times >= TIMES && now - hole.last > again) {
                *place = None;
                continue;
            }
            let wait = if hole.times == 0 { reach.reordered } else { again };
            if hole.times < TIMES
                && now - hole.last >= wait
                && let Some(due) = due.get_mut(n)
            {
                (hole.times, hole.last, *due) = (hole.times + 1, now, hole.sequence);
                n += 1;
            }
        }
        if let (Some((_, highest)), Some(due)) = (self.source, due.get_mut(..n)) {
            due.sort_unstable_by_key(|sequence| std::cmp::Reverse(highest.wrapping_sub(*sequence)));
        }
        (due, n)
    }
}

#[cfg(test)]
mod tests;
