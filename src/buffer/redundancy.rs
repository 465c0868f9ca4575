//! Real-time: packets that carry older ones again (RFC 2198, in-band error correction, Deep Redundancy): the delay that makes them of
//! use.

use super::lost_runs::LostRuns;

/// Over how many packets the loss is averaged, and over how many at the start of a stream.
const AVERAGE: f32 = 128.0;
const AT_FIRST: f32 = 20.0;
/// Above this loss waiting for redundancy pays, below the other no longer.
const PAYS: f32 = 0.03;
const PAYS_NO_MORE: f32 = 0.015;
/// Who sends deep redundancy reckons with this loss, which is believed at the start of a stream until packets say otherwise.
const RECKONED_WITH: f32 = 0.05;
/// For how long redundancy that was there once is reckoned with, in blocks.
const REMEMBERED: i64 = 3_000;

/// What is known of redundancy and of the loss that it is for.
#[derive(Debug)]
pub(super) struct Redundancy {
    /// Share of packets missing lately, and over how many.
    loss: f32,
    average: f32,
    /// When an older packet was last found in a newer one, and how much newer, in units of the RTP clock.
    seen: Option<(i64, i64)>,
    /// When redundancy was last found that reaches over several packets, behind which packet, and how long holes are.
    deep: Option<i64>,
    bridged: i64,
    runs: LostRuns,
    /// The packet behind the last hole that was counted.
    counted: i64,
    /// It is waited for.
    waits: bool,
}

/// When a packet came, and how long it and a block are, in units of the RTP clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct PacketTime {
    pub(super) arrival: i64,
    pub(super) length: i64,
    pub(super) block: i64,
}

impl Redundancy {
    /// `budget` is the share of packets that may stay lost though waiting longer would bring them back.
    pub(super) const fn new(budget: f32) -> Self {
        Self {
            loss: 0.0,
            average: AT_FIRST,
            seen: None,
            deep: None,
            bridged: i64::MIN,
            runs: LostRuns::new(budget),
            counted: i64::MIN,
            waits: false,
        }
    }

    pub(super) const fn reset(&mut self) {
        *self = Self::new(self.runs.budget());
    }

    /// Packet `sequence` is there, and `missing` before it are not.
    pub(super) fn met_hole(&mut self, sequence: i64, missing: i64) {
        if missing > 0 && self.counted != sequence {
            self.counted = sequence;
            for _ in 0..missing.min(20) {
                self.missed();
            }
        }
    }

    /// Packet `sequence` is played, `missing` before it were not. Returns by how much the delay should exceed what packets
    /// themselves need.
    pub(super) fn played(&mut self, sequence: i64, missing: i64, time: PacketTime) -> i64 {
        self.met_hole(sequence, missing);
        self.count(0.0);
        if self.deep.is_some() {
            self.runs.pass();
        }
        self.extra(time)
    }

    /// By how much the delay should exceed what packets themselves need.
    pub(super) fn extra(&mut self, time: PacketTime) -> i64 {
        self.waits = self.loss > if self.waits { PAYS_NO_MORE } else { PAYS };
        if !self.waits {
            return 0;
        }
        let near = match self.seen {
            Some((at, distance)) if time.is_fresh(at) => distance,
            _ => 0,
        };
        let deep = self.deep.is_some_and(|at| time.is_fresh(at));
        if deep { near.max(self.runs.wait(time.length, time.block)) } else { near }
    }

    /// A packet did not come itself.
    pub(super) const fn missed(&mut self) {
        self.count(1.0);
    }

    const fn count(&mut self, missing: f32) {
        self.loss += (missing - self.loss) / self.average;
        self.average = (self.average + 1.0).min(AVERAGE);
    }

    /// Redundancy was found that is, or might have been, of use.
    pub(super) const fn found(&mut self, now: i64, distance: i64) {
        self.seen = Some((now, distance));
    }

    /// Packet `sequence`, behind a hole of `missing` ones, carries `reach` units before it again: holes up to that are bridged.
    pub(super) fn found_deep(&mut self, sequence: i64, missing: i64, reach: i64, time: PacketTime) {
        if self.deep.is_none() && self.average < AVERAGE {
            self.loss = self.loss.max(RECKONED_WITH);
        }
        self.deep = Some(time.arrival);
        if self.bridged != sequence {
            self.bridged = sequence;
            self.runs.add(missing.min(reach / time.length.max(1)));
        }
    }
}

impl PacketTime {
    /// What was seen `at` that time is reckoned with.
    const fn is_fresh(&self, at: i64) -> bool {
        self.arrival - at < REMEMBERED * self.block
    }
}
