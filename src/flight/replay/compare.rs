//! Control: what went out of the replay beside what went out of the call.

use super::steps::Step;
use crate::rt::SentPacket;
use crate::types::{LegKey, MediaTime, TickNumber, WorkerId};

/// Where the two are not the same.
///
/// Example: [`Replay`](super::Replay).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// In which tick.
    pub tick: TickNumber,
    /// Its time, by the clock of the call.
    pub at: MediaTime,
    /// Of which worker.
    pub worker: WorkerId,
    /// At which place of it the leg is.
    pub leg: u32,
    /// What differs, in words.
    pub what: String,
}

/// The comparison of all packets.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) compared: u64,
    pub(super) same: u64,
    pub(super) first: Option<Difference>,
    pub(super) last: Option<Difference>,
    /// By how much the numbers of legs are off, as of the last packet that was alike in place: sequence and timestamp.
    pub(super) offsets: Vec<((WorkerId, u32), (u16, u32))>,
}

impl Comparison {
    /// Compares a tick.
    pub(super) fn tick(&mut self, worker: WorkerId, step: &Step<'_>, given: &[SentPacket]) {
        let mut places: Vec<u32> = step.sent.iter().chain(given).map(|sent| sent.leg).collect();
        places.sort_unstable();
        places.dedup();
        for leg in places {
            let of = |all: &[SentPacket]| all.iter().filter(|sent| sent.leg == leg).copied().collect::<Vec<_>>();
            let (call, replay) = (of(&step.sent), of(given));
            if let ([call], [replay]) = (&call[..], &replay[..]) {
                self.note_offset((worker, leg), call, replay);
            }
            for at in 0..call.len().max(replay.len()) {
                self.compared += 1;
                let what = match (call.get(at), replay.get(at)) {
                    (Some(call), Some(replay)) if call == replay => {
                        self.same += 1;
                        continue;
                    }
                    (Some(call), Some(replay)) => differs(call, replay),
                    (Some(call), None) => format!("packet {} of the call was not sent", call.sequence),
                    (_, replay) => {
                        let sequence = replay.map_or(0, |sent| sent.sequence);
                        format!("packet {sequence} was not sent in the call")
                    }
                };
                let difference = Difference { tick: step.number, at: step.now, worker, leg, what };
                self.first.get_or_insert_with(|| difference.clone());
                self.last = Some(difference);
            }
        }
    }

    fn note_offset(&mut self, place: (WorkerId, u32), call: &SentPacket, replay: &SentPacket) {
        let offset = (call.sequence.wrapping_sub(replay.sequence), call.timestamp.wrapping_sub(replay.timestamp));
        match self.offsets.iter_mut().find(|(known, _)| *known == place) {
            Some((_, known)) => *known = offset,
            None => self.offsets.push((place, offset)),
        }
    }

    /// By how much the numbers of the leg are off that was first at that place.
    pub(super) fn offset(&self, worker: WorkerId, key: LegKey) -> (u16, u32) {
        let found = self.offsets.iter().find(|(place, _)| *place == (worker, key.index()));
        found.map_or((0, 0), |(_, offset)| *offset)
    }
}

fn differs(call: &SentPacket, replay: &SentPacket) -> String {
    if (call.sequence, call.timestamp) != (replay.sequence, replay.timestamp) {
        return format!(
            "packet {} at {} of the call is {} at {}",
            call.sequence, call.timestamp, replay.sequence, replay.timestamp
        );
    }
    match call.length == replay.length {
        true => format!("packet {} has other octets", call.sequence),
        false => format!("packet {} has {} octets, not {}", call.sequence, replay.length, call.length),
    }
}
