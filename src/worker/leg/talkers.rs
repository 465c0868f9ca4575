//! Real-time: the members of a bus who make a sound: what is known of each, told, and made of it.
//!
//! A room looks at those who are heard, not at those who sit in it: a member has a place here from its first sound on, and
//! gives it up to another only when it is at rest. Up to [`PLACES`] are known at once; who finds no place is judged by its
//! level alone.

mod floor;
mod pick;
mod tell;

pub(in crate::worker) use tell::Telling;

use super::Slab;
use super::bus_link::BusLinks;
use super::seat::Seat;
use crate::conference::{DominantSpeaker, Ranks, Standing, Talk, mean_square, rank};
use crate::rt::FramePool;
use crate::rt::shed::{ShedLevel, ShedStep};
use crate::types::{Decibels, LegKey, Mixing, SampleRate};

/// Members known at once, at most.
const PLACES: usize = 64;
/// A block of a lesser mean square is silence (-70 dBov).
const SILENCE: f32 = 1e-7;

/// What a bus is to find out of its members, and to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Look {
    /// Who is heard.
    pub mixing: Mixing,
    /// All speak equally loud.
    pub level_control: bool,
    /// Who speaks is told, and who has the floor.
    pub tells: bool,
    /// Levels are told each so many blocks; 0: never.
    pub level_blocks: u32,
}

impl Look {
    /// Nobody is looked at.
    pub const NOTHING: Self = Self { mixing: Mixing::All, level_control: false, tells: false, level_blocks: 0 };
}

/// The talkers of a bus.
#[derive(Debug)]
pub(super) struct Talkers {
    look: Look,
    places: Box<[Place]>,
    dominant: DominantSpeaker,
    /// How often the floor has passed on; what was known last of a holder on another worker, and for how many blocks nothing since.
    passed: u32,
    away: Option<(Standing, u8)>,
    /// Which of the room's buses this is: members are numbered from so many places on.
    number: u8,
    /// How members ranked in the last blocks, as others know by now or will.
    ranks: [Ranks; 3],
    /// Whoever made a sound in the last block is known.
    all_known: bool,
    /// Blocks since anybody spoke.
    quiet: u16,
    /// Who has something to say in this block, and how far in front it is.
    ranked: Box<[(f32, u32)]>,
    said: usize,
}

#[derive(Debug)]
struct Place {
    seat: Option<u32>,
    leg: Option<LegKey>,
    talk: Talk,
    /// It said something in this block; it did in the one before, or has only just begun.
    heard: bool,
    sounds: bool,
    begins: bool,
    /// It was told that it speaks.
    told: bool,
    blocks: u32,
}

impl Talkers {
    /// Of a bus of so many seats. Control side.
    #[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(look: Look, rate: SampleRate, seats: usize, number: u8) -> Self {
        let place = || Place {
            seat: None,
            leg: None,
            talk: Talk::new(rate, look.level_control),
            heard: false,
            sounds: false,
            begins: false,
            told: false,
            blocks: 0,
        };
        Self {
            look,
            places: (0..seats.min(PLACES)).map(|_| place()).collect(),
            dominant: DominantSpeaker::new(),
            passed: 0,
            away: None,
            number,
            ranks: [Ranks::NONE; 3],
            all_known: false,
            quiet: u16::MAX,
            ranked: vec![(0.0, 0); seats].into_boxed_slice(),
            said: 0,
        }
    }

    /// Goes on where others were; of another rate, where `same` is not. Who begins to tell has told nothing yet, and who
    /// ceases to has nothing to take back.
    pub(super) fn take_over(&mut self, before: &mut Self, same: bool) {
        let same = same && self.look.level_control == before.look.level_control;
        (self.quiet, self.ranks, self.all_known) = (before.quiet, before.ranks, before.all_known);
        if before.look.tells && self.look.tells {
            (self.dominant, self.passed, self.away) = (before.dominant, before.passed, before.away);
        } else {
            before.places.iter_mut().for_each(|place| place.told = false);
        }
        for (place, before) in self.places.iter_mut().zip(&mut before.places) {
            match same {
                true => std::mem::swap(place, before),
                false => {
                    place.talk.follow(&before.talk);
                    (place.seat, place.leg, place.told) = (before.seat, before.leg, before.told);
                }
            }
        }
    }

    /// Hears those who have something to say in this block.
    pub(super) fn hear(
        &mut self,
        spoken: &[u32],
        seats: &mut [Seat],
        (legs, frames): (&mut Slab, &FramePool),
        (rate, shed): (SampleRate, ShedLevel),
        links: &BusLinks,
    ) {
        self.said = 0;
        let mut all_known = true;
        // Levels alone need no detector worth its price.
        let cheaply = shed.sheds(ShedStep::Detection) || Look { level_blocks: 0, ..self.look } == Look::NOTHING;
        for &n in spoken {
            let Some(seat) = seats.get_mut(n as usize) else { continue };
            let (Some(gain), Some(leg)) = (seat.given(), seat.leg()) else { continue };
            let frame = legs.source_mut(leg).and_then(|head| head.spoken()).filter(|frame| frame.rate() == rate);
            let Some(block) = frame.map(|frame| frames.samples(frame)) else { continue };
            let power = mean_square(block);
            if power <= SILENCE {
                continue;
            }
            // Over several workers that counts when it is decided.
            let picked = seat.is_picked() && links.is_empty();
            let rank = match self.place_for(n, leg, seat) {
                None => {
                    all_known = false;
                    rank(Err(Decibels::from_power(power * gain * gain).0), picked)
                }
                Some(place) => {
                    place.talk.hear(block, gain, cheaply);
                    place.heard = true;
                    rank(Ok(&place.talk), picked)
                }
            };
            if let Some(ranked) = self.ranked.get_mut(self.said) {
                (*ranked, self.said) = ((rank, n), self.said + 1);
            }
        }
        self.all_known = all_known;
        for place in self.places.iter_mut().filter(|place| place.seat.is_some()) {
            let heard = std::mem::take(&mut place.heard);
            place.begins = heard && !std::mem::replace(&mut place.sounds, heard);
            if !heard {
                place.talk.pass(cheaply);
                place.blocks = 0;
            } else {
                place.blocks += 1;
            }
        }
    }

    /// Where a member that makes a sound is known.
    fn place_for(&mut self, n: u32, leg: LegKey, seat: &mut Seat) -> Option<&mut Place> {
        let has = self.places.get(seat.talk).is_some_and(|place| (place.seat, place.leg) == (Some(n), Some(leg)));
        if !has {
            let vacant = self.places.iter().position(|place| place.seat.is_none());
            let at = vacant.or_else(|| self.places.iter().position(|place| place.talk.is_at_rest() && !place.told))?;
            self.dominant.forget(self.first() + at);
            let place = self.places.get_mut(at)?;
            place.talk.reset();
            (place.seat, place.leg, place.told, place.blocks, seat.talk) = (Some(n), Some(leg), false, 0, at);
            place.sounds = !self.all_known;
        }
        self.places.get_mut(seat.talk)
    }

    /// Whether somebody has not been told to be at rest yet.
    pub(super) fn is_unsettled(&self) -> bool {
        self.places.iter().any(|place| place.seat.is_some() && (place.told || !place.talk.is_at_rest()))
    }
}
