//! Pure: packets in a row that do not belong to the present timeline but follow one another.

use super::packet::Arrived;
use crate::types::{SequenceNumber, timestamp_delta};

/// Timestamps may move on by so many packets within a run.
const STEPS: i16 = 3;

/// A run of packets that is on probation: not taken until enough of them follow one another (RFC 3550 appendix A.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Probation {
    pub(super) ssrc: u32,
    /// Packets in it.
    pub(super) length: u8,
    sequence: u16,
    timestamp: u32,
    first_arrival: i64,
    /// Time from the first packet to the last by the packets' samples, or by their timestamps if that is more.
    samples: i64,
    by_timestamps: i64,
}

impl Probation {
    /// Counts a packet that was not taken to the run that it continues, or begins one with it.
    pub(super) fn count<P>(probation: &mut Option<Self>, packet: &Arrived<P>, arrival: i64) -> Self {
        let before = probation.filter(|run| run.ssrc == packet.ssrc);
        let continued = before.and_then(|run| {
            let step = SequenceNumber(packet.sequence).distance_from(SequenceNumber(run.sequence));
            let advance = i64::from(timestamp_delta(packet.timestamp, run.timestamp));
            // Either numbers or timestamps may stand still.
            let by_number = (1..=STEPS).contains(&step) && advance >= 0;
            let by_time = step == 0 && (1..=i64::from(packet.samples) * i64::from(STEPS)).contains(&advance);
            (by_number || by_time).then_some((run, advance))
        });
        let found = match continued {
            Some((run, advance)) => Self {
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                length: run.length.saturating_add(1),
                samples: run.samples + i64::from(packet.samples),
                by_timestamps: run.by_timestamps + advance,
                ..run
            },
            None => Self {
                ssrc: packet.ssrc,
                length: 1,
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                first_arrival: arrival,
                samples: 0,
                by_timestamps: 0,
            },
        };
        *probation = Some(found);
        found
    }

    /// Whether its packets come at the pace of a stream, the last one at `arrival`, rather than at once.
    pub(super) fn is_paced(&self, arrival: i64) -> bool {
        let span = self.samples.max(self.by_timestamps);
        span > 0 && (arrival - self.first_arrival) * 4 >= span * 3
    }
}
