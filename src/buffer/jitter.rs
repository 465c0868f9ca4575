//! Real-time: the jitter buffer: packets in by arrival, out by playout time.
//!
//! **Each handle that is put in comes out exactly once: in [`Playout::Play`] or through a `released` callback.**

use super::arrival::ArrivalContext;
use super::clock::RtpClock;
use super::config::JitterPlan;
use super::delay::DelayEstimate;
use super::holes_if_any::HolesIfAny;
use super::packet::{Arrived, COPIES, Contents, Inserted, LATE_ONES, Refusal};
use super::playout::PlayoutClock;
use super::redundancy::Redundancy;
use super::source::{Position, SourceTracker, Verdict};
use super::statistics::JitterStatistics;
use super::store::{PacketStore, StoreFault, Stored};
use crate::quality::leg_meter::{ArrivalJitter, BurstGap};
use crate::types::MediaTime;

/// The longest packet, in blocks of 10 ms (RFC 3551 section 4.2).
pub const MAX_PACKET_BLOCKS: u32 = 20;

/// A jitter buffer for handles `P`. Built (allocating) by the control side; everything else is real-time safe.
#[derive(Debug)]
pub struct JitterBuffer<P> {
    pub(super) clock: RtpClock,
    pub(super) store: PacketStore<P>,
    pub(super) delay: DelayEstimate,
    pub(super) playout: PlayoutClock,
    pub(super) counted: JitterStatistics,
    pub(super) source: SourceTracker,
    pub(super) redundancy: Redundancy,
    /// Losses are few: what is known of them lies by itself.
    pub(super) burst_gap: Box<BurstGap>,
    pub(super) jitter: ArrivalJitter,
    pub(super) holes: HolesIfAny,
    /// The source that packets were last taken from, and whether it is being followed.
    heard: Option<u32>,
    follows: bool,
}

impl<P: Copy> JitterBuffer<P> {
    /// Allocates the slots (64 or 128 packets).
    pub fn new(plan: JitterPlan) -> Self {
        Self {
            clock: RtpClock::new(plan.config().rate),
            store: PacketStore::new(plan.slots()),
            delay: DelayEstimate::new(plan),
            playout: PlayoutClock::default(),
            counted: JitterStatistics::default(),
            source: SourceTracker::default(),
            redundancy: Redundancy::new(plan.config().strategy.late_budgets()[1] / 4.0),
            burst_gap: Box::default(),
            jitter: ArrivalJitter::default(),
            holes: HolesIfAny::new(),
            heard: None,
            follows: false,
        }
    }

    /// Puts a packet in. `released` gets the handles that are given up: this packet's if it is refused, others' if they
    /// had to make room or belong to a source that ended.
    pub fn insert(&mut self, packet: Arrived<P>, released: impl FnMut(P)) -> Inserted {
        self.insert_packet(packet, Contents::Audio, released)
    }

    /// Puts in a packet of audio, with whose end the sender says in the codec's own way that it is silent from then on.
    pub fn insert_last(&mut self, packet: Arrived<P>, released: impl FnMut(P)) -> Inserted {
        self.insert_packet(packet, Contents::AudioThenSilence, released)
    }

    /// Puts in a packet that describes comfort noise (RFC 3389 section 4): from its timestamp on the sender is silent. Its
    /// `samples` are a block. It tells nothing of the network's delay, as senders take their time for such packets.
    pub fn insert_noise(&mut self, packet: Arrived<P>, released: impl FnMut(P)) -> Inserted {
        self.insert_packet(packet, Contents::Noise, released)
    }

    fn insert_packet(&mut self, packet: Arrived<P>, contents: Contents, mut released: impl FnMut(P)) -> Inserted {
        self.counted.received += 1;
        if packet.samples == 0 || i64::from(packet.samples) > i64::from(MAX_PACKET_BLOCKS) * self.clock.block() {
            self.counted.suspect += 1;
            released(packet.payload);
            return Inserted::Refused(Refusal::Malformed);
        }
        let moment = self.moment(packet.arrival, contents == Contents::Noise);
        let at = match self.source.classify(&packet, &moment) {
            Verdict::Follows { at, repaired, jumped } => {
                self.counted.timestamps_repaired += u64::from(repaired);
                self.counted.resets += u64::from(jumped);
                at
            }
            Verdict::Restarts(at) => return self.restart(packet, contents, at, released),
            Verdict::Suspect => {
                self.counted.suspect += 1;
                released(packet.payload);
                return Inserted::Refused(Refusal::Suspect);
            }
        };
        let stored = Stored::new(at.sequence, at.timestamp, packet, contents);
        if self.playout.was_received(at.sequence) {
            return self.refuse(stored, Refusal::Duplicate, released);
        }
        if contents != Contents::Noise {
            self.jitter.add(moment.arrival - at.timestamp, self.clock.block());
        }
        if self.playout.is_over(&stored) {
            return self.refuse(stored, Refusal::Late, released);
        }
        self.store_packet(stored, moment.arrival, released)
    }

    fn moment(&self, arrival: MediaTime, noise: bool) -> ArrivalContext {
        ArrivalContext {
            arrival: self.clock.units(arrival),
            fastest: self.delay.fastest(),
            block: self.clock.block(),
            dry: self.store.len() == 0 && self.playout.is_dry(),
            noise,
        }
    }

    /// Times that another source or timeline began.
    pub const fn source_changes(&self) -> u64 {
        self.counted.resets
    }

    /// Notes a packet of the stream that holds no audio (a telephone event): its number is no loss.
    pub fn note_non_audio(&mut self, ssrc: u32, sequence: u16) {
        if let Some(sequence) = self.source.extend(ssrc, sequence) {
            self.playout.non_audio.insert(sequence);
            self.note_hole_event();
        }
    }

    /// Whether the last packet played said that the sender is silent.
    pub(super) const fn is_in_noise(&self) -> bool {
        self.playout.noise
    }

    fn store_packet(&mut self, stored: Stored<P>, arrival: i64, mut released: impl FnMut(P)) -> Inserted {
        if self.store.end().is_some_and(|end| stored.timestamp < end) {
            self.counted.reordered += 1;
        }
        loop {
            match self.store.insert(stored) {
                Ok(()) => break,
                Err(StoreFault::Duplicate) => {
                    self.counted.reordered -= u64::from(self.counted.reordered > 0);
                    self.counted.duplicates += 1;
                    released(stored.packet.payload);
                    return Inserted::Refused(Refusal::Duplicate);
                }
                Err(StoreFault::OutOfSpan) => match self.store.first() {
                    // The oldest goes.
                    Some(first) if first.sequence < stored.sequence => {
                        if let Some(gone) = self.store.pop_first() {
                            self.counted.discarded += u64::from(!gone.is_redundant());
                            let tick = self.tick();
                            self.holes.overrun(tick, i64::from(gone.samples()));
                            released(gone.packet.payload);
                        }
                    }
                    _ => return self.refuse(stored, Refusal::Late, released),
                },
            }
        }
        if !stored.is_noise() {
            self.delay.add(stored.timestamp, arrival, i64::from(stored.samples()));
        }
        self.source.end_probation();
        Inserted::Stored
    }

    /// Gives a packet back that came again, or too late; unless the sender went back in its numbering, and it is the first
    /// of a new timeline.
    fn refuse(&mut self, stored: Stored<P>, why: Refusal, mut released: impl FnMut(P)) -> Inserted {
        let packet = Arrived { samples: stored.samples(), ..stored.packet };
        let moment = self.moment(packet.arrival, stored.is_noise());
        let enough = if why == Refusal::Duplicate { COPIES } else { LATE_ONES };
        if let Some(at) = self.source.late(&packet, &moment, enough) {
            return self.restart(packet, stored.contents(), at, released);
        }
        if why == Refusal::Duplicate {
            self.counted.duplicates += 1;
        } else {
            if !moment.noise {
                self.delay.add(stored.timestamp, moment.arrival, i64::from(stored.samples()));
            }
            self.counted.late += 1;
            // What was missed has come after all.
            self.counted.lost -= u64::from(self.playout.received_late(stored.sequence)).min(self.counted.lost);
            self.holes.late(stored.sequence, self.playout.timestamp - stored.timestamp);
        }
        released(packet.payload);
        Inserted::Refused(why)
    }

    fn restart(&mut self, packet: Arrived<P>, contents: Contents, at: Position, released: impl FnMut(P)) -> Inserted {
        // After a hold or a move the same source goes on: that is no other one.
        let changed = self.heard.replace(packet.ssrc).is_some_and(|ssrc| self.follows || ssrc != packet.ssrc);
        self.counted.resets += u64::from(changed);
        self.follows = true;
        let (tick, heard) = (self.tick(), changed && self.playout.has_begun());
        self.holes.restart(tick, heard);
        self.flush(released);
        self.delay.reset();
        self.jitter.begin_anew();
        self.redundancy.reset();
        self.delay.add(at.timestamp, self.clock.units(packet.arrival), i64::from(packet.samples));
        self.playout.restart();
        // The store is empty: it takes any packet.
        let _ = self.store.insert(Stored::new(at.sequence, at.timestamp, packet, contents));
        Inserted::Restarted
    }

    fn flush(&mut self, mut released: impl FnMut(P)) {
        while let Some(gone) = self.store.pop_first() {
            self.counted.discarded += u64::from(!gone.is_redundant());
            released(gone.packet.payload);
        }
    }

    /// Gives back every handle and forgets the stream (leg removed or moved to another source). Counters stay.
    pub fn drain(&mut self, released: impl FnMut(P)) {
        self.flush(released);
        self.delay.reset();
        self.redundancy.reset();
        self.source = SourceTracker::default();
        self.follows = false;
        self.holes.forget();
        self.playout.restart();
    }
}
