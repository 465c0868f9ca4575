//! Real-time: who of a bus' talkers is heard, and how loud.

use super::{Place, Talkers};
use crate::conference::{MAX_RANKS, Ranks, Talk, ahead, choose};
use crate::types::{Mixing, TickNumber};
use crate::worker::leg::bus_link::BusLinks;
use crate::worker::leg::seat::Seat;

/// After so many blocks in which nobody spoke all are heard again: a pause between two sentences is shorter.
const BACK: u16 = 200;

impl Talkers {
    /// Decides who is heard in this block, and how loud; how many are not. `lag`: blocks of a tick, after which all workers of the room
    /// know of one.
    pub(in crate::worker::leg) fn pick(
        &mut self,
        seats: &mut [Seat],
        (tick, lag): (TickNumber, u64),
        links: &BusLinks,
    ) -> usize {
        let Some(ranked) = self.ranked.get_mut(..self.said) else { return 0 };
        let places = &self.places;
        let known = |n: u32, seat: &Seat| {
            places.get(seat.talk).filter(|place| place.seat == Some(n) && place.leg == seat.leg())
        };
        let talk = |n: u32, seat: &Seat| known(n, seat).map(|place| &place.talk);
        let heard = match self.look.mixing {
            Mixing::All => ranked.len(),
            Mixing::Loudest(most) if links.is_empty() => choose(ranked, most),
            Mixing::Loudest(most) => {
                let ranks = ranks_of(&self.ranks, TickNumber(tick.0.saturating_sub(lag)));
                let mut room = most.saturating_sub(ranks.all().len() + others(links));
                // Of the blocks of a tick each would go by another one of the last tick: two decisions side by side.
                let decided = !tick.0.is_multiple_of(lag.max(1));
                choose(ranked, MAX_RANKS);
                partition(ranked, |n| match ranks.of_member(n) {
                    Some(_) if decided => seats.get(n as usize).is_some_and(Seat::is_picked),
                    Some(rank) => before(&ranks, (rank, n), self.number, links) < most,
                    // Who has only just begun is heard where there is room.
                    None => {
                        let heard = room > 0;
                        room = room.saturating_sub(1);
                        heard
                    }
                })
            }
            Mixing::Speech => {
                let may = |n: u32| seats.get(n as usize).is_some_and(|seat| talk(n, seat).is_none_or(Talk::may_speak));
                let speaks = is_speech(places) || links.due().any(|(_, other)| other.floor.speech);
                self.quiet = if speaks { 0 } else { self.quiet.saturating_add(1) };
                let heard = partition(ranked, may);
                if self.quiet < BACK { heard } else { ranked.len() }
            }
        };
        if !links.is_empty() {
            // Who is heard now is ahead when the next decision is made of this.
            ranked.iter_mut().take(heard).for_each(|(rank, _)| *rank = ahead(*rank));
            self.ranks.rotate_right(1);
            self.ranks[0] = Ranks::of(tick, ranked);
        }
        for (place, &(_, n)) in ranked.iter().enumerate() {
            let Some(seat) = seats.get_mut(n as usize) else { continue };
            let gain_db = talk(n, seat).map_or(0.0, Talk::gain_db);
            let auto = if place < heard { 10.0_f32.powf(gain_db / 20.0) } else { 0.0 };
            // Who has only just begun has nothing to be faded.
            match known(n, seat).is_some_and(|place| place.begins) {
                true => seat.begin(auto),
                false => seat.turn(auto, tick),
            }
        }
        ranked.len() - heard
    }
}

/// Whether somebody spoke just now.
pub(super) fn is_speech(places: &[Place]) -> bool {
    places.iter().any(|place| place.seat.is_some() && place.talk.voiced(64) > 0)
}

/// How members ranked in a block, if it was looked at lately.
pub(super) fn ranks_of(ranks: &[Ranks; 3], tick: TickNumber) -> Ranks {
    ranks.iter().find(|ranks| ranks.tick == tick).map_or(Ranks::NONE, |ranks| *ranks)
}

/// How many on other workers make a sound.
fn others(links: &BusLinks) -> usize {
    links.due().map(|(_, other)| other.ranks.all().len()).sum()
}

/// How many of the whole room come before a member of that rank: of equals those of a lower number.
fn before(own: &Ranks, (rank, n): (f32, u32), number: u8, links: &BusLinks) -> usize {
    let here = own.all().iter().filter(|(other, of)| *other > rank || (*other == rank && *of < n)).count();
    here + links.due().map(|(peer, other)| other.ranks.before(rank, peer < number)).sum::<usize>()
}

/// Puts those first of whom it holds; how many those are.
fn partition(ranked: &mut [(f32, u32)], mut holds: impl FnMut(u32) -> bool) -> usize {
    let mut first = 0;
    for at in 0..ranked.len() {
        if ranked.get(at).is_some_and(|(_, n)| holds(*n)) {
            ranked.swap(at, first);
            first += 1;
        }
    }
    first
}
