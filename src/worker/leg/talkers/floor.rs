//! Real-time: who has the floor of a room of one worker or several: the first of them decides, of what each tells of its members.

use super::pick::{is_speech, ranks_of};
use super::{PLACES, Talkers};
use crate::conference::{Floor, Ranks, Standing};
use crate::types::TickNumber;
use crate::worker::leg::bus_link::BusLinks;

/// For so many blocks a holder on another worker may be without news: while the decision is on its way there, or a sum is late.
const NEWS: u8 = 8;

impl Talkers {
    /// The number of the first place among all of the room.
    pub(super) fn first(&self) -> usize {
        usize::from(self.number) * PLACES
    }

    /// Decides who has the floor, or hears of it; whether it has passed on.
    pub(super) fn decide_floor(&mut self, links: &BusLinks) -> bool {
        if self.number > 0 {
            let decided = links.due().find(|(peer, _)| *peer == 0).map(|(_, first)| first.floor.decided);
            let Some((holder, passed)) = decided.filter(|(_, passed)| *passed != self.passed) else { return false };
            self.passed = passed;
            self.dominant.follow(holder.map(|holder| holder as usize));
            return true;
        }
        let away = self.holder_away(links);
        let first = self.first();
        let known = self.places.iter().enumerate().filter(|(_, place)| place.seat.is_some());
        let known = known.map(|(at, place)| (first + at, Standing::from(&place.talk)));
        let others = links.due().filter_map(|(_, other)| other.floor.best.map(|(n, best)| (n as usize, best)));
        let passes = self.dominant.update(known.chain(others).chain(away));
        self.passed = self.passed.wrapping_add(u32::from(passes));
        if passes {
            self.away = None;
        }
        passes
    }

    /// The holder, where it is a member of another worker.
    fn holder_away(&mut self, links: &BusLinks) -> Option<(usize, Standing)> {
        let holder = self.dominant.holder().filter(|holder| *holder >= PLACES)?;
        let worker = holder / PLACES;
        let mut due = links.due().filter(|(peer, _)| usize::from(*peer) == worker);
        let told = due.next().map(|(_, other)| other.floor);
        // Just chosen, it is still told as one who might take it.
        let news = told.and_then(|floor| {
            let best = floor.best.filter(|(n, _)| *n as usize == holder).map(|(_, best)| best);
            floor.holder.or(best)
        });
        self.away = match (news, self.away) {
            (Some(news), _) => Some((news, 0)),
            (None, Some((last, blocks))) if blocks < NEWS => Some((last, blocks + 1)),
            _ => None,
        };
        match self.away {
            Some((standing, _)) => Some((holder, standing)),
            None => {
                self.dominant.forget(holder);
                None
            }
        }
    }

    /// What the room's other workers are to know of the members of this one in the block of `tick`.
    pub(in crate::worker::leg) fn told(&self, tick: TickNumber) -> (Ranks, Floor) {
        let first = self.first();
        let known = self.places.iter().enumerate().filter(|(_, place)| place.seat.is_some());
        let known = known.map(|(at, place)| (first + at, Standing::from(&place.talk)));
        let holder = self.dominant.holder();
        let floor = Floor {
            speech: is_speech(&self.places),
            best: self.dominant.contender(known.clone()).map(|(n, best)| (n as u32, best)),
            holder: known.clone().find(|(n, _)| Some(*n) == holder).map(|(_, standing)| standing),
            decided: (holder.map(|holder| holder as u32), self.passed),
        };
        (ranks_of(&self.ranks, tick), floor)
    }
}
