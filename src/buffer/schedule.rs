//! Real-time: what is due, block by block: play, conceal, a pause of the sender, or nothing.

use super::delay_adjustment::delay_adjustment;
use super::jitter::JitterBuffer;
use super::packet::{Contents, Due, Playout};
use super::playout::{Phase, PlayoutContext};
use super::store::Stored;
use crate::types::{MediaTime, TickNumber};

/// How long nothing must come until the stream counts as ended, in blocks.
const IDLE_AFTER: i64 = 100;

/// And where the sender said that it is silent: it may say no more until it speaks.
const IDLE_AFTER_NOISE: i64 = 6_000;

/// After so many blocks without a stall the next one counts as the only one.
const CALM: i64 = 100;

/// How much late audio is passed over rather than played later, in blocks: less than half a syllable.
const PASS_OVER: i64 = 6;

impl<P: Copy> JitterBuffer<P> {
    /// Begins a tick; call it once per tick, first. Returns the blocks of 10 ms that were skipped since the last tick:
    /// the caller drops them from what it has queued, then [`skip`](Self::skip)s the rest.
    pub fn begin(&mut self, tick: TickNumber) -> u64 {
        self.playout.tick.replace(tick).map_or(0, |last| tick.since(last).saturating_sub(1))
    }

    /// Moves the playout clock on by `units` without playing; what lay there is dropped and counted.
    pub fn skip(&mut self, units: u64, mut released: impl FnMut(P)) {
        if self.playout.phase != Phase::Running {
            return;
        }
        self.playout.timestamp = self.playout.timestamp.saturating_add_unsigned(units);
        self.playout.cut = true;
        while self.store.first().is_some_and(|first| first.end() <= self.playout.timestamp) {
            let (timestamp, Some(gone)) = (self.playout.timestamp, self.store.pop_first()) else { return };
            self.pass(&gone, false);
            self.playout.timestamp = timestamp;
            self.counted.discarded += u64::from(!gone.is_redundant());
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
            self.classify_concealment(&first, hole);
            if hole <= 0 {
                if self.pass_over_late(&first, now, context) {
                    continue;
                }
                return self.play();
            }
            let credit = self.credit(&first, hole, now, context);
            self.playout.timestamp += credit;
            self.playout.concealed += credit;
            if credit == hole {
                continue;
            }
            let missing = self.playout.missing_before(first.sequence);
            let rest = (missing * self.playout.last_samples - self.playout.concealed).min(hole - credit);
            if rest <= 0 {
                // No packet is missing: the sender was silent.
                self.note_hole_pause(hole - credit, context);
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
        if starved == 0 || !self.delay.is_converged() {
            return false;
        }
        let queued = i64::from(context.queued);
        // The next packets will hardly be faster than the newest: to skip what came would be to conceal what comes.
        let target = self.delay.target().max(self.delay.newest());
        let mut spare = delay_adjustment(now - first.timestamp, queued, target, block);
        // A stall by itself is no reason to grow in the middle of a word: that can wait for a pause.
        let arrival = self.clock.units(first.packet.arrival);
        let stall = self.delay.is_stall(arrival - first.timestamp);
        let lone = self.playout.stalled.replace(now).is_none_or(|last| now - last > CALM * block);
        if stall && lone && starved <= 2 * block && spare >= 0 {
            spare = (spare + block).min(starved);
        }
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
        if let Some(gone) = self.store.pop_first() {
            let (starved, concealed, timestamp) =
                (self.playout.starved, self.playout.concealed, self.playout.timestamp);
            self.pass(&gone, false);
            (self.playout.starved, self.playout.concealed) = (starved, concealed);
            if late {
                self.playout.timestamp = timestamp;
            }
            let came = !gone.is_redundant();
            let tick = self.tick();
            if late {
                self.holes.late(gone.sequence, self.playout.timestamp - gone.timestamp);
            } else if came {
                self.holes.overrun(tick, i64::from(gone.samples()));
            }
            self.counted.late += u64::from(late && came);
            self.counted.discarded += u64::from(!late && came);
            released(gone.packet.payload);
        }
    }

    /// Packets that were played, or came again in time to be.
    pub(super) const fn heard_packets(&self) -> u64 {
        self.counted.played + self.counted.refilled
    }

    /// Passes over a packet, `heard` or thrown away; how many were missing before it is counted and returned.
    fn pass(&mut self, stored: &Stored<P>, heard: bool) -> i64 {
        let missing = self.playout.pass(stored, heard);
        // What is as it should be is counted as played, and writes nothing else.
        if missing > 0 || !heard {
            self.counted.lost += missing as u64;
            self.burst_gap.lose(missing as u64, !heard, self.heard_packets());
        }
        missing
    }

    fn play(&mut self) -> Playout<P> {
        let fresh = self.playout.phase == Phase::Fresh;
        let position = self.playout.timestamp;
        let running = self.playout.phase == Phase::Running;
        let Some(first) = self.store.pop_first() else { return Playout::Idle };
        let cut = self.playout.cut || !running;
        let missing = self.pass(&first, true);
        self.holes.close(self.tick(), missing, first.sequence);
        if first.is_redundant() {
            self.counted.recovered += 1;
            self.counted.refilled += 1;
        } else {
            self.counted.played += 1;
        }
        let late = if running { (position - first.timestamp).max(0) } else { 0 };
        let (packet, samples) = (first.packet, first.samples());
        let extra = self.redundancy.played(first.sequence, missing, self.packet_time(packet.arrival));
        self.delay.wait_longer(extra);
        Playout::Play(Due {
            payload: packet.payload,
            samples,
            skip: (late as u32).min(samples - 1),
            sequence: packet.sequence,
            timestamp: first.timestamp as u32,
            marker: packet.marker,
            arrival: packet.arrival,
            fresh,
            step: (missing + 1).min(i64::from(u16::MAX)) as u16,
            cut,
            noise: first.is_noise(),
            silence_follows: first.contents() == Contents::AudioThenSilence,
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
            // The stream has ended, or paused.
            self.count_as_silence();
            let tick = self.tick();
            self.holes.end(tick);
            self.playout.phase = Phase::Waiting;
            return self.idle_or_gap();
        }
        let unclassified = &mut self.playout.unclassified;
        unclassified.units += block;
        *(if context.silent { &mut unclassified.silent_blocks } else { &mut unclassified.blocks }) += 1;
        self.note_hole(block, context);
        Playout::Conceal(block as u32)
    }

    fn idle_or_gap(&mut self) -> Playout<P> {
        self.playout.dry_blocks += 1;
        let longest = if self.playout.noise { IDLE_AFTER_NOISE } else { IDLE_AFTER };
        if self.playout.dry_blocks > longest { Playout::Idle } else { self.gap(self.clock.block()) }
    }

    fn gap(&mut self, units: i64) -> Playout<P> {
        self.counted.gap_blocks += 1;
        Playout::Gap(units as u32)
    }
}
