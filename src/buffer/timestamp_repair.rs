//! Pure: a timeline that keeps to the samples where a sender's timestamps do not (RFC 3550 section 5.1 asks for timestamps
//! that count samples; many senders stamp by a timer, at another rate, or not at all).
//!
//! A packet whose number is the next one begins where the one before ended, if its timestamp is less than a packet off.
//! If it is further ahead, the sender paused, unless the packet came too early for that. A timestamp that moves by less
//! than the samples is never right: the packet follows on. Three packets in a row that move by the same wrong step tell
//! the rate at which the sender counts; pauses are measured at that rate from then on.

/// Fixed point of deviations.
const SCALE: i64 = 64;
/// Deviations are averaged over so many packets.
const AVERAGE: i64 = 8;
/// One, as a rate of timestamps to samples.
const UNITY: i64 = 256;
/// Steps of so many packets in a row that agree tell a rate.
const AGREE: u8 = 3;
/// A rate that was found wrong is right after all if so many steps in a row came at the pace that it tells: with a jitter of
/// several packets a few are soon mistaken.
const COME_AT_IT: u8 = 10;
/// Rates that differ by no more are the same.
const SAME_RATE: i64 = UNITY / 16;
/// Timestamps below that rate tell no time.
const STANDS_STILL: i64 = UNITY / 8;

/// The newest packet, in units of the RTP clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newest {
    /// Where it lies in the timeline.
    pub(super) timestamp: i64,
    /// Its samples; 0 for a description of noise, whose length is not known.
    pub(super) samples: i64,
}

/// A packet to be placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// From the newest packet's timestamp to its own, as they were sent.
    pub(super) advance: i64,
    /// Its samples.
    pub(super) samples: i64,
    /// When it came.
    pub(super) arrival: i64,
    /// The timestamp that it would have had it come as fast as the fastest packet.
    pub(super) on_time: i64,
}

/// Where a packet was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) timestamp: i64,
    /// By how much its own timestamp lies off that place.
    pub(super) off: i64,
}

/// What is known of a sender's timestamps.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TimestampRepair {
    /// By how much the newest packet's timestamp lies off its place, over the mean of the last packets, times [`SCALE`].
    deviation: i64,
    /// The greatest deviation lately, times [`SCALE`].
    spread: i64,
    /// The rate at which timestamps count, where it is wrong.
    rate: Option<i64>,
    streak: Streak,
}

/// Packets in a row whose timestamps moved at the same rate.
#[derive(Debug, Clone, Copy, Default)]
struct Streak {
    rate: i64,
    length: u8,
    since: i64,
    advance: i64,
    samples: i64,
}

impl TimestampRepair {
    /// Whether timestamps are known to be of no use as they are.
    pub(super) const fn is_wrong(&self) -> bool {
        self.rate.is_some()
    }

    /// Places the packet whose number follows the newest one's. `early` is how much too early a packet may be before its
    /// pause is doubted, `pause` the shortest time that counts as one where the timestamps do not tell.
    pub(super) fn place_next(&mut self, newest: &Newest, step: &Step, early: i64, pause: i64) -> Placed {
        let end = newest.timestamp + newest.samples;
        if self.rate.is_none() && self.deviation == 0 && step.advance == newest.samples && newest.samples > 0 {
            // As RFC 3550 has it, packet after packet: nothing to repair, and no wrong rate to be learnt.
            self.spread -= self.spread / 32;
            self.streak.length = 0;
            return Placed { timestamp: end, off: 0 };
        }
        let deviation = self.deviation + (step.advance - newest.samples) * SCALE;
        let off = deviation / SCALE;
        let early = early.min(step.samples / 2);
        if newest.samples == 0 {
            let timestamp = doubted(end, end + step.advance.max(0), step, early, pause);
            self.deviation = 0;
            return Placed { timestamp, off: end + step.advance - timestamp };
        }
        self.learn(newest.samples, step);
        let tolerance = newest.samples.min(step.samples);
        if let Some(rate) = self.rate {
            let extra = step.advance * UNITY - newest.samples * rate;
            let gap = if rate < STANDS_STILL { 0 } else { extra / rate };
            let gap = if gap < tolerance { 0 } else { gap };
            self.deviation = 0;
            return Placed { timestamp: doubted(end, end + gap, step, early, pause), off };
        }
        if off.abs() < tolerance {
            self.spread = deviation.abs().max(self.spread - self.spread / 32);
            self.deviation = deviation - deviation / AVERAGE;
            return Placed { timestamp: end, off };
        }
        self.deviation = 0;
        let timestamp = if off > 0 { doubted(end, end + off, step, early, pause) } else { end };
        Placed { timestamp, off: end + off - timestamp }
    }

    /// Places a packet whose number is `packets` after the newest one's, with others missing between. `None` if its
    /// timestamp cannot be, as it lies before the newest one's end or comes more than `early` too soon.
    pub(super) fn place_after_gap(&mut self, newest: &Newest, step: &Step, packets: i64, early: i64) -> Option<Placed> {
        let end = newest.timestamp + newest.samples;
        let off = (self.deviation + (step.advance - newest.samples) * SCALE) / SCALE;
        let timestamp = end + off;
        let least = newest.samples.min(step.samples);
        if newest.samples > 0 {
            self.learn(packets * newest.samples, step);
        }
        if self.is_wrong() || timestamp <= end - least.max(1) || timestamp - step.on_time > early {
            return None;
        }
        // Whole packets are missing, where timestamps deviate from them by no more than they usually do.
        let whole = newest.samples.max(1);
        let missing = ((timestamp - end + whole / 2).div_euclid(whole)).clamp(0, packets - 1);
        let snapped = end + missing * newest.samples;
        let near = (timestamp - snapped).abs() <= self.spread();
        self.deviation = if near { (timestamp - snapped) * SCALE } else { 0 };
        Some(Placed { timestamp: if near { snapped } else { timestamp.max(end) }, off: 0 })
    }

    /// Places a packet by its number alone: `packets` after the newest one, and no later than it came.
    pub(super) fn place_by_number(&mut self, newest: &Newest, step: &Step, packets: i64) -> Placed {
        let end = newest.timestamp + newest.samples;
        let whole = if newest.samples == 0 { step.samples } else { newest.samples };
        let timestamp = end.max((end + (packets - 1) * whole).min(step.on_time));
        let off = end + (step.advance - newest.samples) - timestamp;
        self.deviation = 0;
        Placed { timestamp, off }
    }

    /// By how much timestamps may lie off whole packets.
    pub(super) const fn spread(&self) -> i64 {
        self.spread / SCALE
    }

    /// Where an older packet lies, `packets` before the newest one.
    pub(super) fn place_older(&self, newest: &Newest, step: &Step, packets: i64) -> i64 {
        let by_number = newest.timestamp - packets * step.samples;
        if self.is_wrong() {
            return by_number;
        }
        let timestamp = newest.timestamp + (step.advance * SCALE + self.deviation) / SCALE;
        if (timestamp - by_number).abs() <= self.spread() { by_number } else { timestamp }
    }

    /// Counts a packet to the streak, and learns from it. `samples` are those from the newest packet on, missing ones too.
    fn learn(&mut self, samples: i64, step: &Step) {
        let rate = (step.advance * UNITY / samples).clamp(-(1 << 20), 1 << 20);
        let streak = &mut self.streak;
        if streak.length == 0 || (rate - streak.rate).abs() > SAME_RATE {
            *streak = Streak { rate, length: 1, since: step.arrival, advance: 0, samples: 0 };
            return;
        }
        streak.length = streak.length.saturating_add(1);
        streak.advance += step.advance;
        streak.samples += samples;
        if streak.length < AGREE {
            return;
        }
        let took = step.arrival - streak.since;
        // Steps greater than the samples are pauses, one like the other, where the packets came at that pace.
        let at_pace = rate > UNITY && (took - streak.advance).abs() <= (took - streak.samples).abs();
        if at_pace && self.rate.is_some() && streak.length < COME_AT_IT {
            return;
        }
        let right = (rate - UNITY).abs() <= SAME_RATE || at_pace;
        self.rate = if right { None } else { Some(rate) };
        (streak.since, streak.advance, streak.samples) = (step.arrival, 0, 0);
        streak.length = 1;
    }
}

/// The place that a timestamp asks for, unless the packet came too early for it: then the pause is as long as time tells,
/// if that is one at all.
fn doubted(end: i64, asked: i64, step: &Step, early: i64, pause: i64) -> i64 {
    if asked - step.on_time <= early {
        return asked;
    }
    if step.on_time - end < pause { end } else { step.on_time.min(asked) }
}

#[cfg(test)]
mod tests;
