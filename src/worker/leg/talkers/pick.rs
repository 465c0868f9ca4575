//! Real-time: who of a bus' talkers is heard, and how loud.

use super::Talkers;
use crate::conference::{Talk, choose};
use crate::types::{Mixing, TickNumber};
use crate::worker::leg::seat::Seat;

/// After so many blocks in which nobody spoke all are heard again: a pause between two sentences is shorter.
const BACK: u16 = 200;

impl Talkers {
    /// Decides who is heard in this block, and how loud; how many are not.
    pub(in crate::worker::leg) fn pick(&mut self, seats: &mut [Seat], tick: TickNumber) -> usize {
        let Some(ranked) = self.ranked.get_mut(..self.said) else { return 0 };
        let places = &self.places;
        let talk = |n: u32, seat: &Seat| {
            places
                .get(seat.talk)
                .filter(|place| place.seat == Some(n) && place.leg == seat.leg())
                .map(|place| &place.talk)
        };
        let heard = match self.look.mixing {
            Mixing::All => ranked.len(),
            Mixing::Loudest(most) => choose(ranked, most),
            Mixing::Speech => {
                let may = |n: u32| seats.get(n as usize).is_some_and(|seat| talk(n, seat).is_none_or(Talk::may_speak));
                let speaks = places.iter().any(|place| place.seat.is_some() && place.talk.voiced(64) > 0);
                self.quiet = if speaks { 0 } else { self.quiet.saturating_add(1) };
                let heard = partition(ranked, may);
                if self.quiet < BACK { heard } else { ranked.len() }
            }
        };
        for (place, &(_, n)) in ranked.iter().enumerate() {
            let Some(seat) = seats.get_mut(n as usize) else { continue };
            let gain_db = talk(n, seat).map_or(0.0, Talk::gain_db);
            let auto = if place < heard { 10.0_f32.powf(gain_db / 20.0) } else { 0.0 };
            seat.turn(auto, tick);
        }
        ranked.len() - heard
    }
}

/// Puts those first of whom it holds; how many those are.
fn partition(ranked: &mut [(f32, u32)], holds: impl Fn(u32) -> bool) -> usize {
    let mut first = 0;
    for at in 0..ranked.len() {
        if ranked.get(at).is_some_and(|(_, n)| holds(*n)) {
            ranked.swap(at, first);
            first += 1;
        }
    }
    first
}
