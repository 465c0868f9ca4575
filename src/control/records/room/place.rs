//! Control: a room on one of its workers: its bus there, and who sits where on it.

use crate::control::records::encodings::{Encoding, Encodings};
use crate::types::{MediaTime, SampleRate, WorkerId};
use crate::worker::BusGauges;
use std::collections::VecDeque;
use std::sync::Arc;

/// Seats of a bus at first; where they do not suffice there are twice as many.
const FIRST_SEATS: usize = 16;

/// Until then who left a seat has been faded, unless orders wait.
const FADE_NS: u64 = 50_000_000;

/// A worker of a room.
#[derive(Debug)]
pub(crate) struct RoomPlace {
    pub(crate) worker: WorkerId,
    pub(crate) bus: u32,
    pub(crate) gauges: Arc<BusGauges>,
    /// Its members there.
    pub(crate) members: usize,
    encodings: Encodings,
    /// The rates that members there have, or had, who hear the room in packets.
    pub(crate) rates: Vec<SampleRate>,
    seats: usize,
    /// Vacant seats, and since when: those that nobody had first, then the longest.
    vacant: VecDeque<(u32, Option<MediaTime>)>,
}

impl RoomPlace {
    pub(super) fn new(worker: WorkerId, bus: u32) -> Self {
        Self {
            worker,
            bus,
            gauges: Arc::default(),
            members: 0,
            encodings: Encodings::default(),
            rates: Vec::new(),
            seats: 0,
            vacant: VecDeque::new(),
        }
    }

    pub(crate) fn seats(&self) -> usize {
        self.seats
    }

    /// A seat for one more of at most so many members; whether there are more seats for it now. Who left a seat just now is still
    /// being faded there.
    pub(super) fn take_seat(&mut self, max_members: usize, now: MediaTime) -> (u32, bool) {
        let most = 2 * max_members.max(FIRST_SEATS);
        let free =
            self.vacant.front().is_some_and(|(_, since)| since.is_none_or(|since| now.nanos_since(since) >= FADE_NS));
        let full = !free && self.seats < most;
        if full {
            let seats = (2 * self.seats).clamp(FIRST_SEATS, most);
            (self.seats as u32..seats as u32).rev().for_each(|seat| self.vacant.push_front((seat, None)));
            self.seats = seats;
        }
        let (seat, _) = self.vacant.pop_front().unwrap_or_default();
        self.members += 1;
        (seat, full)
    }

    /// A member leaves its seat, and needs its encoding no longer.
    pub(super) fn leave_seat(&mut self, seat: u32, encoding: Option<usize>, now: MediaTime) {
        self.vacant.push_back((seat, Some(now)));
        self.members -= 1;
        encoding.iter().for_each(|encoding| self.encodings.remove(*encoding));
    }

    /// A member is sent that encoding, in place of what it was sent: which that is, and the number of an encoder that its bus is to
    /// have for it.
    pub(super) fn note_encoding(
        &mut self,
        before: Option<usize>,
        encoding: Option<Encoding>,
    ) -> Option<(usize, Option<u32>)> {
        before.iter().for_each(|before| self.encodings.remove(*before));
        encoding.map(|encoding| self.encodings.add(encoding))
    }
}
