//! Real-time: who comes to the seats of a bus, and leaves them; a leg's head names the seat where its bus listens to it.

use super::BusPlan;
use crate::types::TickNumber;
use crate::worker::leg::seat::{Member, Seat};
use crate::worker::leg::{NOBODY, Slab};

impl BusPlan {
    /// A member comes to a seat, changes there, or (`None`) leaves it. Whether there is such a seat.
    pub(in crate::worker::leg) fn set_seat(
        &mut self,
        place: (u32, u32),
        member: Option<Member>,
        tick: TickNumber,
        legs: &mut Slab,
    ) -> bool {
        let Some(seat) = self.seats.get_mut(place.1 as usize) else { return false };
        if member.is_some_and(|member| seat.leg() != Some(member.leg)) {
            unmark(seat, place, legs);
        }
        seat.set(member, tick);
        if seat.speaks() {
            self.move_over(place, tick, legs);
            self.seats.get_mut(place.1 as usize).into_iter().for_each(|seat| mark(seat, place, legs));
        }
        self.moving.insert(place.1);
        true
    }

    /// Who left another seat of this bus just now goes on from there: a leg in two of them could be taken out of one only, and
    /// would hear itself.
    fn move_over(&mut self, (bus, n): (u32, u32), tick: TickNumber, legs: &mut Slab) {
        let Some(leg) = self.seats.get(n as usize).and_then(Seat::leg) else { return };
        let before = legs.present(leg).map(|head| head.seat()).filter(|before| before.0 == bus && before.1 != n);
        let Some((_, before)) = before else { return };
        let Some(left) = self.seats.get_mut(before as usize).filter(|seat| seat.leg() == Some(leg)) else { return };
        unmark(left, (bus, before), legs);
        let gain = left.vacate(tick);
        self.seats.get_mut(n as usize).into_iter().for_each(|seat| seat.go_on(gain));
    }

    /// The bus ends: nobody is heard on it.
    pub(in crate::worker::leg) fn end(&mut self, bus: u32, legs: &mut Slab) {
        for (n, seat) in (0..).zip(&mut self.seats) {
            unmark(seat, (bus, n), legs);
        }
    }
}

/// The leg at a seat is told that its bus listens to it.
fn mark(seat: &mut Seat, (bus, n): (u32, u32), legs: &mut Slab) {
    let Some(head) = seat.leg().and_then(|leg| legs.present(leg)).filter(|_| !seat.marked) else { return };
    head.source.pcm_listeners += 1;
    (head.source.bus, head.source.seat) = (bus, n);
    seat.marked = true;
}

/// It is told that it does no longer.
pub(super) fn unmark(seat: &mut Seat, place: (u32, u32), legs: &mut Slab) {
    if !std::mem::take(&mut seat.marked) {
        return;
    }
    let Some(head) = seat.leg().and_then(|leg| legs.present(leg)) else { return };
    head.source.pcm_listeners = head.source.pcm_listeners.saturating_sub(1);
    if head.seat() == place {
        head.source.bus = NOBODY;
    }
}
