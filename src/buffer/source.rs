//! Real-time: which source and timeline packets belong to (RFC 3550 appendix A.1, made to recover within three packets).
//!
//! Sequence numbers and timestamps are extended to 64 bits here. A packet that does not follow what came before is a
//! *suspect*; when its successor arrives too, the timeline starts anew with that one.

use super::packet::Arrived;
use crate::types::{SequenceNumber, timestamp_delta};

/// A jump of the sequence number that a stream may make without being suspect, in packets.
const MAX_STEP: i16 = 1_000;

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
    Follows(Position),
    /// The first of a new timeline.
    Restarts(Position),
    /// Of neither.
    Suspect,
}

/// A run of packets that were not taken.
#[derive(Debug, Clone, Copy)]
struct Run {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    first_timestamp: u32,
    first_arrival: i64,
    length: u8,
}

/// The state of the present source.
#[derive(Debug, Default)]
pub(crate) struct SourceTracker {
    /// SSRC, and the position and samples of the newest packet.
    current: Option<(u32, Position, u32)>,
    run: Option<Run>,
}

impl SourceTracker {
    /// Judges a packet. `early` is how far ahead of the fastest packet's transit it would be in units of the clock (its
    /// timestamp jumped if that is much); `limit` what of that is still credible; `dry` that nothing is left to play.
    pub(crate) fn classify<P>(
        &mut self,
        packet: &Arrived<P>,
        arrival: i64,
        dry: bool,
        early: impl Fn(i64) -> i64,
        limit: i64,
    ) -> Verdict {
        let fresh = Position { sequence: i64::from(packet.sequence), timestamp: i64::from(packet.timestamp) };
        let Some((ssrc, newest, samples)) = self.current else {
            return self.restart(packet, fresh);
        };
        if ssrc != packet.ssrc {
            let adopt = self.suspect(packet, arrival) >= if dry { 1 } else { 2 };
            return if adopt { self.restart(packet, fresh) } else { Verdict::Suspect };
        }
        let step = SequenceNumber(packet.sequence).distance_from(SequenceNumber(newest.sequence as u16));
        let advance = timestamp_delta(packet.timestamp, newest.timestamp as u32);
        let at =
            Position { sequence: newest.sequence + i64::from(step), timestamp: newest.timestamp + i64::from(advance) };
        // Numbers and timestamps move the same way, neither by an absurd amount, and not into the future.
        let same_way = match step {
            1.. => i64::from(advance) >= i64::from(samples.min(80)) && step <= MAX_STEP,
            0 => advance == 0,
            _ => advance < 0 && step > -MAX_STEP,
        };
        if !same_way || early(at.timestamp) > limit {
            let restart = self.suspect(packet, arrival) >= 2;
            return if restart { self.restart(packet, fresh) } else { Verdict::Suspect };
        }
        if step > 0 {
            self.current = Some((ssrc, at, packet.samples));
        }
        Verdict::Follows(at)
    }

    /// Where a packet lies that came again with packet `sequence` of the present source, and how far it is behind the
    /// newest packet in units of the clock. `None` if it is no older one of this timeline.
    pub(crate) fn older(&self, ssrc: u32, sequence: u16, timestamp: u32, samples: i64) -> Option<(Position, i64)> {
        let (own, newest, _) = self.current?;
        let back = i64::from(timestamp_delta(newest.timestamp as u32, timestamp));
        let carrier =
            newest.sequence + i64::from(SequenceNumber(sequence).distance_from(SequenceNumber(newest.sequence as u16)));
        // The carrier's own distance from the newest is in whole packets of the same length.
        let steps = back.checked_div(samples)? - (newest.sequence - carrier);
        let fits = own == ssrc && back > 0 && back % samples == 0 && (1..=i64::from(MAX_STEP)).contains(&steps);
        fits.then(|| {
            let at = Position { sequence: carrier - steps, timestamp: newest.timestamp - back };
            (at, steps * samples)
        })
    }

    /// A packet that follows was too late. True if it is the third in a row that came at the pace of a stream: then the
    /// sender went back in its numbering, and the caller starts anew with it.
    pub(crate) fn late<P>(&mut self, packet: &Arrived<P>, arrival: i64) -> Option<Position> {
        let length = self.suspect(packet, arrival);
        let run = self.run?;
        let span = i64::from(timestamp_delta(run.timestamp, run.first_timestamp));
        let paced = span > 0 && (arrival - run.first_arrival) * 4 >= span * 3;
        if length < 3 || !paced {
            return None;
        }
        let fresh = Position { sequence: i64::from(packet.sequence), timestamp: i64::from(packet.timestamp) };
        self.restart(packet, fresh);
        Some(fresh)
    }

    /// Where a sequence number of the present source lies; `None` if there is none, or it is another's.
    pub(crate) fn extend(&self, ssrc: u32, sequence: u16) -> Option<i64> {
        let (own, newest, _) = self.current?;
        let step = SequenceNumber(sequence).distance_from(SequenceNumber(newest.sequence as u16));
        (own == ssrc).then_some(newest.sequence + i64::from(step))
    }

    /// A packet was taken: what was suspect before it is forgotten.
    pub(crate) const fn taken(&mut self) {
        self.run = None;
    }

    fn restart<P>(&mut self, packet: &Arrived<P>, at: Position) -> Verdict {
        self.current = Some((packet.ssrc, at, packet.samples));
        self.run = None;
        Verdict::Restarts(at)
    }

    /// Counts a packet that was not taken; the length of the run that it continues, or 1.
    fn suspect<P>(&mut self, packet: &Arrived<P>, arrival: i64) -> u8 {
        let continued = self.run.filter(|run| {
            let step = SequenceNumber(packet.sequence).distance_from(SequenceNumber(run.sequence));
            run.ssrc == packet.ssrc && (1..=3).contains(&step) && timestamp_delta(packet.timestamp, run.timestamp) > 0
        });
        let run = match continued {
            Some(run) => Run {
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                length: run.length.saturating_add(1),
                ..run
            },
            None => Run {
                ssrc: packet.ssrc,
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                first_timestamp: packet.timestamp,
                first_arrival: arrival,
                length: 1,
            },
        };
        self.run = Some(run);
        run.length
    }
}
