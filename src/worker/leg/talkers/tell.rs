//! Real-time: what is told of a bus' talkers: who begins and ends to speak and who has the floor, as facts of their legs; how loud
//! they are, as notices.

use super::Talkers;
use crate::rt::shed::ShedLevel;
use crate::rt::{LaneTx, SlotSet};
use crate::types::{LegKey, TickNumber};
use crate::worker::leg::bus_link::BusLinks;
use crate::worker::leg::seat::Seat;
use crate::worker::leg::{Facts, Slab, WorkerEvent, WorkerEventKind};

/// Places of the event lane that levels leave to facts.
const LEVELS_LEAVE: usize = 1_024;

/// Where a worker tells what it found.
#[derive(Debug)]
pub(in crate::worker) struct Telling<'a> {
    pub(in crate::worker) events: &'a mut LaneTx<WorkerEvent>,
    pub(in crate::worker) unreported: &'a mut SlotSet,
    pub(in crate::worker) shed: ShedLevel,
}

impl Talkers {
    /// Tells what has changed.
    pub(in crate::worker::leg) fn tell(
        &mut self,
        seats: &[Seat],
        tick: TickNumber,
        legs: &mut Slab,
        telling: &mut Telling<'_>,
        links: &BusLinks,
    ) {
        let first = self.first();
        for (at, place) in self.places.iter_mut().enumerate() {
            let (Some(n), Some(leg)) = (place.seat, place.leg) else { continue };
            let seat = seats.get(n as usize);
            if seat.is_none_or(|seat| seat.leg() != Some(leg) || !seat.speaks()) {
                // It left, or is an audience now: the control side knows, and it speaks no more.
                (place.seat, place.leg, place.told) = (None, None, false);
                self.dominant.forget(first + at);
                continue;
            }
            let talks = place.talk.is_talking();
            if self.look.tells && talks != place.told {
                place.told = talks;
                let facts =
                    if talks { (Facts::TALK_BEGAN, Facts::TALK_ENDED) } else { (Facts::TALK_ENDED, Facts::TALK_BEGAN) };
                note(leg, facts, legs, telling);
            }
            if self.look.level_blocks > 0 && place.blocks >= self.look.level_blocks {
                place.blocks = 0;
                let heard = seat.is_some_and(Seat::is_picked);
                let what = WorkerEventKind::RoomLevel(place.talk.level(), heard);
                telling.events.post_leaving(LEVELS_LEAVE, WorkerEvent { leg, tick, what });
            }
        }
        if self.look.tells && self.decide_floor(links) {
            let none = Facts::default();
            for leg in self.places.iter().filter_map(|place| place.leg) {
                note(leg, (none, Facts::DOMINANT), legs, telling);
            }
            let holder = self.dominant.holder().and_then(|at| self.places.get(at.checked_sub(first)?)?.leg);
            if let Some(leg) = holder {
                note(leg, (Facts::DOMINANT, none), legs, telling);
            }
        }
    }
}

/// Sets some facts of a leg, and takes others back that were not told yet.
fn note(leg: LegKey, (set, unset): (Facts, Facts), legs: &mut Slab, telling: &mut Telling<'_>) {
    if let Some(head) = legs.present(leg) {
        head.facts = head.facts & !unset.0 | set.0;
        if set != Facts::default() {
            telling.unreported.insert(leg.index);
        }
    }
}
