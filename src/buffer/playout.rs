//! Real-time: the playout clock: what is due, block by block.
//!
//! While nothing is stored, the timeline stands still: it is not known yet whether audio was lost or only delayed. The
//! next packet tells: what was concealed meanwhile is taken off the hole before it, and what remains is added delay.

use super::jitter::JitterBuffer;
use super::pacing::wanted_change;
use super::packet::{Due, Playout};
use super::store::Stored;
use crate::types::{MediaTime, TickNumber};

/// How long nothing must come until the stream counts as ended, in blocks.
const IDLE_AFTER: i64 = 100;

/// How much late audio is passed over rather than played later, in blocks: less than a syllable.
const PASS_OVER: i64 = 4;

/// What the caller knows of the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlayoutContext {
    /// Units of the RTP clock taken out of the buffer but not yet played.
    pub queued: u32,
    /// The last block was silence or background noise.
    pub silent: bool,
}

/// Where playout stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing was played yet.
    #[default]
    Fresh,
    /// The sender was silent, or the stream has ended: the next packet waits for its time.
    Waiting,
    /// The timeline runs.
    Running,
}

/// The state of the clock.
#[derive(Debug, Default)]
pub(super) struct PlayoutClock {
    phase: Phase,
    /// The packet and the sample expected next.
    sequence: i64,
    timestamp: i64,
    /// The packets before `sequence` that were played: bit 0 is the last.
    played: u64,
    /// Concealed while the timeline stood still, in units; and in blocks since the last packet.
    starved: i64,
    dry_blocks: i64,
    /// Concealed of the present hole, in units.
    concealed: i64,
    /// Something was dropped, or time went by, since the last packet.
    cut: bool,
    tick: Option<TickNumber>,
    /// Samples of the last packet, in units.
    last_samples: i64,
}

impl PlayoutClock {
    /// Nothing has come for a packet's time or more.
    pub(super) const fn is_dry(&self) -> bool {
        self.dry_blocks >= 4 || !matches!(self.phase, Phase::Running)
    }

    pub(super) const fn has_begun(&self) -> bool {
        !matches!(self.phase, Phase::Fresh)
    }

    pub(super) fn has_played(&self, sequence: i64) -> bool {
        let back = self.sequence - 1 - sequence;
        self.has_begun() && (0..64).contains(&back) && self.played >> back & 1 == 1
    }

    /// The packet's time is over.
    pub(super) fn is_over<P>(&self, stored: &Stored<P>) -> bool {
        self.has_begun() && (stored.sequence < self.sequence || stored.end() <= self.timestamp)
    }

    pub(super) fn restart(&mut self) {
        *self = Self { tick: self.tick, ..Self::default() };
    }

    pub(super) fn next_timestamp(&self) -> Option<i64> {
        self.has_begun().then_some(self.timestamp)
    }

    /// The sample expected next, while the timeline runs.
    pub(super) fn running_timestamp(&self) -> Option<i64> {
        (self.phase == Phase::Running && self.starved == 0).then_some(self.timestamp)
    }

    /// Passes over a packet: `heard` or dropped. Returns how many were missing before it.
    fn pass<P>(&mut self, stored: &Stored<P>, heard: bool) -> i64 {
        let missing = if self.has_begun() { (stored.sequence - self.sequence).max(0) } else { 0 };
        let shift = missing + 1;
        self.played = if shift < 64 { self.played << shift } else { 0 } | u64::from(heard);
        self.sequence = stored.sequence + 1;
        self.timestamp = stored.end();
        self.last_samples = i64::from(stored.packet.samples);
        self.phase = Phase::Running;
        (self.starved, self.concealed, self.dry_blocks) = (0, 0, 0);
        self.cut = !heard;
        missing
    }
}

impl<P: Copy> JitterBuffer<P> {
    /// Begins a tick; call it once per tick, first. Returns the blocks of 10 ms that were skipped since the last tick:
    /// the caller drops them from what it has queued, then [`skip`](Self::skip)s the rest.
    pub fn begin(&mut self, tick: TickNumber) -> u64 {
        let skipped = self.playout.tick.map_or(0, |last| tick.since(last).saturating_sub(1));
        self.playout.tick = Some(tick);
        skipped
    }

    /// Moves the playout clock on by `units` without playing; what lay there is dropped and counted.
    pub fn skip(&mut self, units: u64, mut released: impl FnMut(P)) {
        if self.playout.phase != Phase::Running {
            return;
        }
        self.playout.timestamp = self.playout.timestamp.saturating_add_unsigned(units);
        self.playout.cut = true;
        while self.store.first().is_some_and(|first| first.end() <= self.playout.timestamp) {
            let (timestamp, Some(gone)) = (self.playout.timestamp, self.store.take_first()) else { return };
            self.counted.lost += self.playout.pass(&gone, false) as u64;
            self.playout.timestamp = timestamp;
            self.counted.discarded += 1;
            released(gone.packet.payload);
        }
    }

    /// What to play next. Called as often as the caller needs audio within a tick; a packet is handed out whole, its
    /// handle is the caller's from then on.
    pub fn next(&mut self, now: MediaTime, context: PlayoutContext, mut released: impl FnMut(P)) -> Playout<P> {
        // When what is handed out now will be heard.
        let now = self.clock.units(now) + i64::from(context.queued);
        let block = self.clock.block();
        loop {
            let Some(&first) = self.store.first() else { return self.starve(context) };
            let late = self.playout.is_over(&first);
            if late || self.is_too_old(&first, now) {
                self.drop_first(late, &mut released);
                continue;
            }
            let waits = now - first.timestamp < self.delay.target() - self.clock.block() / 10;
            if self.playout.phase != Phase::Running {
                return if waits { self.gap(block) } else { self.play() };
            }
            let hole = first.timestamp - self.playout.timestamp;
            if hole <= 0 {
                if self.pass_over_late(&first, now, context) {
                    continue;
                }
                return self.play();
            }
            let credit = hole.min(self.playout.starved);
            self.playout.starved -= credit;
            self.playout.timestamp += credit;
            self.playout.concealed += credit;
            if credit == hole {
                continue;
            }
            let missing = (first.sequence - self.playout.sequence).max(0);
            let rest = (missing * self.playout.last_samples - self.playout.concealed).min(hole - credit);
            if rest <= 0 {
                // No packet is missing: the sender was silent, and so was what has been concealed of it.
                self.playout.phase = Phase::Waiting;
                continue;
            }
            let units = rest.min(block);
            self.playout.timestamp += units;
            self.playout.concealed += units;
            return self.conceal(units, context);
        }
    }

    /// Audio came while it was being concealed. If the delay should not grow by that, and it is little, what has been
    /// concealed of it is passed over. True if the timeline moved.
    fn pass_over_late(&mut self, first: &Stored<P>, now: i64, context: PlayoutContext) -> bool {
        let block = self.clock.block();
        let starved = std::mem::take(&mut self.playout.starved);
        if starved == 0 {
            return false;
        }
        let queued = i64::from(context.queued);
        let spare = wanted_change(now - first.timestamp, queued, self.delay.target(), block);
        if spare <= 0 || spare > PASS_OVER * block {
            return false;
        }
        self.playout.timestamp += spare.min(starved);
        true
    }

    /// Later than the greatest delay, with more to follow.
    fn is_too_old(&self, first: &Stored<P>, now: i64) -> bool {
        let fastest = self.delay.fastest().unwrap_or(i64::MAX);
        self.store.len() > 1 && now - first.timestamp - fastest > self.delay.max()
    }

    fn drop_first(&mut self, late: bool, released: &mut impl FnMut(P)) {
        if let Some(gone) = self.store.take_first() {
            let (starved, concealed, timestamp) =
                (self.playout.starved, self.playout.concealed, self.playout.timestamp);
            self.counted.lost += self.playout.pass(&gone, false) as u64;
            (self.playout.starved, self.playout.concealed) = (starved, concealed);
            if late {
                self.playout.timestamp = timestamp;
            }
            self.counted.lost += u64::from(late);
            self.counted.late += u64::from(late);
            self.counted.discarded += u64::from(!late);
            released(gone.packet.payload);
        }
    }

    fn play(&mut self) -> Playout<P> {
        let fresh = self.playout.phase == Phase::Fresh;
        let position = self.playout.timestamp;
        let running = self.playout.phase == Phase::Running;
        let Some(first) = self.store.take_first() else { return Playout::Idle };
        let cut = self.playout.cut || !running;
        let missing = self.playout.pass(&first, true);
        self.counted.lost += missing as u64;
        self.counted.played += 1;
        let late = if running { (position - first.timestamp).max(0) } else { 0 };
        let packet = first.packet;
        Playout::Play(Due {
            payload: packet.payload,
            samples: packet.samples,
            skip: (late as u32).min(packet.samples - 1),
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            marker: packet.marker,
            arrival: packet.arrival,
            fresh,
            step: (missing + 1).min(i64::from(u16::MAX)) as u16,
            cut,
        })
    }

    fn starve(&mut self, context: PlayoutContext) -> Playout<P> {
        let block = self.clock.block();
        if self.playout.phase != Phase::Running {
            return if self.playout.phase == Phase::Fresh { Playout::Idle } else { self.idle_or_gap() };
        }
        self.playout.starved += block;
        self.playout.dry_blocks += 1;
        if self.playout.dry_blocks > IDLE_AFTER {
            self.playout.phase = Phase::Waiting;
            return self.idle_or_gap();
        }
        self.conceal(block, context)
    }

    fn idle_or_gap(&mut self) -> Playout<P> {
        self.playout.dry_blocks += 1;
        if self.playout.dry_blocks > IDLE_AFTER { Playout::Idle } else { self.gap(self.clock.block()) }
    }

    fn gap(&mut self, units: i64) -> Playout<P> {
        self.counted.gap_blocks += 1;
        Playout::Gap(units as u32)
    }

    fn conceal(&mut self, units: i64, context: PlayoutContext) -> Playout<P> {
        if context.silent {
            self.counted.concealed_silence_blocks += 1;
        } else {
            self.counted.concealed_blocks += 1;
        }
        Playout::Conceal(units as u32)
    }
}
