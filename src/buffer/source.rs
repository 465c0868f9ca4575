//! Real-time: which source and timeline packets belong to (RFC 3550 appendix A.1, made to recover within three packets).
//!
//! Sequence numbers and timestamps are extended to 64 bits here. Either of the two vouches for a packet: where numbers
//! go on, [`TimestampRepair`] finds its place; where they break off and timestamps go on, it has the next number. A
//! packet for which neither speaks is a *suspect*; when its successors arrive too, the timeline starts anew with them.
//! Of two sources at once the one that is heard stays ([`CompetingSource`]).

use super::arrival::ArrivalContext;
use super::competing_source::CompetingSource;
use super::packet::Arrived;
use super::probation::Probation;
use super::timestamp_repair::{Newest, Placed, Step, TimestampRepair};
use crate::types::{SequenceNumber, timestamp_delta};

/// A jump of the sequence number that a stream may make without being suspect, in packets.
const MAX_STEP: i64 = 1_000;
/// So many packets may be missing where timestamps are of no help.
const BLIND_STEP: i64 = 16;
/// A packet that begins a pause is doubted if it comes more than so many blocks too early, any other by that many: that
/// is no faster route but a timestamp that jumped.
const EARLY_PAUSE: i64 = 2;
const EARLY: i64 = 15;
/// How much later than the fastest one a packet may be whose number did not go on.
const LATE: i64 = 20;
/// What counts as a pause where timestamps do not tell, in blocks.
const PAUSE: i64 = 10;
/// A timestamp that is off by more blocks has jumped, which is told.
const TOLD: i64 = 100;
/// And again only after so many packets that did not jump.
const CALM: u16 = 50;

/// Where a packet lies in its timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) sequence: i64,
    pub(crate) timestamp: i64,
}

/// What [`SourceTracker::classify`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Of the present timeline.
    Follows {
        at: Position,
        /// Its timestamp is not the one that it was sent with.
        repaired: bool,
        /// Numbers or timestamps jumped, which is to be told.
        jumped: bool,
    },
    /// The first of a new timeline.
    Restarts(Position),
    /// Of neither.
    Suspect,
}

/// The newest packet of the present source, as it was sent and where it was placed.
#[derive(Debug, Clone, Copy)]
struct Current {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    at: Position,
    /// 0 if it describes noise.
    samples: u32,
    /// When one of the source's packets came last.
    arrival: i64,
}

/// The state of the present source.
#[derive(Debug)]
pub(crate) struct SourceTracker {
    current: Option<Current>,
    repair: TimestampRepair,
    probation: Option<Probation>,
    competing: CompetingSource,
    /// Packets since numbers or timestamps jumped.
    calm: u16,
}

impl Default for SourceTracker {
    fn default() -> Self {
        Self {
            current: None,
            repair: TimestampRepair::default(),
            probation: None,
            competing: CompetingSource::default(),
            calm: CALM,
        }
    }
}

impl SourceTracker {
    /// Judges a packet.
    pub(crate) fn classify<P>(&mut self, packet: &Arrived<P>, moment: &ArrivalContext) -> Verdict {
        let Some(mut current) = self.current else { return self.restart(packet, moment) };
        if current.ssrc != packet.ssrc {
            let probation = Probation::count(&mut self.probation, packet, moment.arrival);
            let silent = moment.arrival - current.arrival;
            let adopt = self.competing.succeeds(&probation, silent, moment, current.samples == 0);
            return if adopt { self.restart(packet, moment) } else { Verdict::Suspect };
        }
        self.mark_active();
        current.arrival = moment.arrival;
        self.current = Some(current);
        let step = i64::from(SequenceNumber(packet.sequence).distance_from(SequenceNumber(current.sequence)));
        let advance = i64::from(timestamp_delta(packet.timestamp, current.timestamp));
        let newest = Newest { timestamp: current.at.timestamp, samples: current.samples.into() };
        let on_time = moment.fastest.map_or(newest.timestamp, |fastest| moment.arrival - fastest);
        let shape = Step { advance, samples: packet.samples.into(), arrival: moment.arrival, on_time };
        let older = match step {
            0 => advance == 0,
            _ => step < 0 && step > -MAX_STEP && (advance < 0 || self.repair.is_wrong()),
        };
        if older {
            let timestamp = self.repair.place_older(&newest, &shape, -step);
            let at = Position { sequence: current.at.sequence + step, timestamp };
            return Verdict::Follows { at, repaired: false, jumped: false };
        }
        let numbered = self.by_number(&newest, &shape, step, moment.block);
        let (placed, numbers, renumbered) = match numbered {
            Some(placed) => (placed, step, false),
            None => match self.by_timestamp(&newest, &shape, moment.block) {
                Some(placed) => (placed, 1, true),
                None => {
                    let probation = Probation::count(&mut self.probation, packet, moment.arrival);
                    return if probation.length >= 3 { self.restart(packet, moment) } else { Verdict::Suspect };
                }
            },
        };
        let at = Position { sequence: current.at.sequence + numbers, timestamp: placed.timestamp };
        self.accept(packet, at, moment);
        let jumps = renumbered || placed.off.abs() > TOLD * moment.block;
        let jumped = jumps && self.calm >= CALM;
        self.calm = if jumps { 0 } else { self.calm.saturating_add(1) };
        Verdict::Follows { at, repaired: placed.off != 0, jumped }
    }

    /// The numbers go on: where the packet lies.
    fn by_number(&mut self, newest: &Newest, shape: &Step, step: i64, block: i64) -> Option<Placed> {
        match step {
            1 => Some(self.repair.place_next(newest, shape, EARLY_PAUSE * block, PAUSE * block)),
            2..=MAX_STEP => {
                let blind = step <= BLIND_STEP || self.repair.is_wrong();
                let placed = self.repair.place_after_gap(newest, shape, step, EARLY * block);
                placed.or_else(|| blind.then(|| self.repair.place_by_number(newest, shape, step)))
            }
            _ => None,
        }
    }

    /// The timestamps go on, and the packet comes at its time: it is the next one, whatever its number.
    fn by_timestamp(&mut self, newest: &Newest, shape: &Step, block: i64) -> Option<Placed> {
        let placed = self.repair.place_after_gap(newest, shape, 1, EARLY_PAUSE * block)?;
        (shape.on_time - placed.timestamp <= LATE * block).then_some(placed)
    }

    /// Where a packet lies that came again with packet `sequence` of the present source, and how far it is behind the
    /// newest packet in units of the clock. `None` if it is no older one of this timeline.
    pub(crate) fn older(&self, ssrc: u32, sequence: u16, timestamp: u32, samples: i64) -> Option<(Position, i64)> {
        let current = self.current?;
        let back = i64::from(timestamp_delta(current.timestamp, timestamp));
        let carrier = i64::from(SequenceNumber(sequence).distance_from(SequenceNumber(current.sequence)));
        // The carrier's own distance from the newest is in whole packets of the same length.
        let packets = (back + samples / 2).checked_div(samples)?;
        let steps = packets + carrier;
        let near = (back - packets * samples).abs() <= self.repair.spread();
        let fits = current.ssrc == ssrc && back > 0 && near && (1..=MAX_STEP).contains(&steps);
        fits.then(|| {
            let newest = current.at;
            let timestamp = newest.timestamp - packets * samples;
            (Position { sequence: newest.sequence + carrier - steps, timestamp }, steps * samples)
        })
    }

    /// A packet that follows was too late, or is said to have been here. Where `enough` in a row come at the pace of a
    /// stream, the sender went back in its numbering, and the caller starts anew with the last.
    pub(crate) fn late<P>(&mut self, packet: &Arrived<P>, moment: &ArrivalContext, enough: u8) -> Option<Position> {
        let probation = Probation::count(&mut self.probation, packet, moment.arrival);
        if probation.length < enough || !probation.is_paced(moment.arrival) {
            return None;
        }
        match self.restart(packet, moment) {
            Verdict::Restarts(at) => Some(at),
            _ => None,
        }
    }

    /// Where a sequence number of the present source lies; `None` if there is none, or it is another's.
    pub(crate) fn extend(&mut self, ssrc: u32, sequence: u16) -> Option<i64> {
        let current = self.current.filter(|current| current.ssrc == ssrc)?;
        self.mark_active();
        let step = SequenceNumber(sequence).distance_from(SequenceNumber(current.sequence));
        Some(current.at.sequence + i64::from(step))
    }

    /// A packet was taken: what was suspect before it is forgotten.
    pub(crate) const fn end_probation(&mut self) {
        self.probation = None;
    }

    /// The present source sends still.
    fn mark_active(&mut self) {
        if let (Some(current), Some(probation)) = (&self.current, self.probation)
            && probation.ssrc != current.ssrc
        {
            self.competing.interrupted(probation.ssrc);
            self.probation = None;
        }
    }

    fn accept<P>(&mut self, packet: &Arrived<P>, at: Position, moment: &ArrivalContext) {
        self.current = Some(Current {
            ssrc: packet.ssrc,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            at,
            samples: if moment.noise { 0 } else { packet.samples },
            arrival: moment.arrival,
        });
    }

    fn restart<P>(&mut self, packet: &Arrived<P>, moment: &ArrivalContext) -> Verdict {
        let at = Position { sequence: i64::from(packet.sequence), timestamp: i64::from(packet.timestamp) };
        self.accept(packet, at, moment);
        (self.probation, self.repair, self.competing) = (None, TimestampRepair::default(), CompetingSource::default());
        Verdict::Restarts(at)
    }
}
