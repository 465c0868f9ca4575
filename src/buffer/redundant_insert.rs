//! Real-time: filling holes from packets that carry older ones again (RFC 2198).

use super::jitter::JitterBuffer;
use super::packet::{Arrived, Contents, Inserted, Refusal};
use super::source::Position;
use super::store::Stored;

impl<P: Copy> JitterBuffer<P> {
    /// Takes the audio of an older packet that came again in packet `sequence` (already [put in](Self::insert)), if that
    /// packet is missing and its time is not over. `again` says what the older one was: its timestamp, samples, payload;
    /// its own sequence number is found from the distance of the timestamps and not read.
    pub fn insert_redundant(&mut self, sequence: u16, again: Arrived<P>, mut released: impl FnMut(P)) -> Inserted {
        let found = self.source.older(again.ssrc, sequence, again.timestamp, i64::from(again.samples));
        let Some((position, distance)) = found else {
            released(again.payload);
            return Inserted::Refused(Refusal::Suspect);
        };
        let Position { sequence, timestamp } = position;
        let packet = Arrived { sequence: sequence as u16, ..again };
        let stored = Stored::new(sequence, timestamp, packet, Contents::Audio).redundant();
        if self.playout.was_received(sequence) {
            released(again.payload);
            return Inserted::Refused(Refusal::Duplicate);
        }
        let over = self.playout.is_over(&stored);
        let kept = !over && self.store.insert(stored).is_ok();
        if kept {
            self.redundancy.missed();
        }
        if kept || over {
            let time = self.packet_time(again.arrival);
            self.redundancy.found(time.arrival, distance);
            self.wait_for_redundancy(time);
        }
        if kept {
            return Inserted::Stored;
        }
        released(again.payload);
        Inserted::Refused(if over { Refusal::Late } else { Refusal::Duplicate })
    }
}
