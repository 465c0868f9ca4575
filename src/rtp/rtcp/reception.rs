//! Pure: what a receiver counts of one source, to report it (RFC 3550 appendices A.1, A.3 and A.8).

use super::ReportBlock;
use crate::types::MediaTime;

/// A number so far ahead is a source that began anew, unless it goes on there.
const MAX_DROPOUT: u16 = 3_000;
/// A number so far behind is a late packet.
const MAX_MISORDER: u16 = 100;
/// A step of the transit time by more is no jitter: the source's clock jumped, or stood still in a pause.
const NO_JITTER_S: i64 = 1;

/// What is counted of a source.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reception {
    pub ssrc: u32,
    /// Something was heard.
    begun: bool,
    highest: u16,
    first: u16,
    /// The number that would go on from a jump.
    bad: Option<u16>,
    cycles: u32,
    received: u32,
    expected_before: u32,
    received_before: u32,
    /// Transit time of the last packet of audio, in units of the clock, and that clock.
    transit: Option<(u32, u32)>,
    /// In 16ths of a unit of the clock.
    jitter: u32,
}

impl Reception {
    /// Counts a packet of the source; another SSRC begins anew, and `true` says so. `clock`: the rate of its timestamps where
    /// it is audio that keeps to them; a digit does not.
    pub fn hear(&mut self, ssrc: u32, sequence: u16, timestamp: u32, clock: Option<u32>, arrival: MediaTime) -> bool {
        let anew = !self.begun || self.ssrc != ssrc;
        if anew {
            *self = Self { ssrc, begun: true, first: sequence, highest: sequence, ..Self::default() };
        } else if !self.follow(sequence) {
            return false;
        }
        self.received = self.received.wrapping_add(1);
        if let Some(clock) = clock.filter(|clock| *clock > 0) {
            self.time(timestamp, clock, arrival);
        }
        anew
    }

    /// Appendix A.1; false: the packet is not counted.
    fn follow(&mut self, sequence: u16) -> bool {
        let ahead = sequence.wrapping_sub(self.highest);
        if ahead < MAX_DROPOUT {
            self.cycles = self.cycles.wrapping_add(if sequence < self.highest { 1 << 16 } else { 0 });
            self.highest = sequence;
            self.bad = None;
        } else if ahead <= u16::MAX - MAX_MISORDER {
            if self.bad != Some(sequence) {
                self.bad = Some(sequence.wrapping_add(1));
                return false;
            }
            // Two in a row: the source began anew without saying so. What was counted up to there stays counted: as if as many
            // had been expected before this one.
            let expected = self.expected();
            (self.highest, self.first) = (sequence, sequence.wrapping_sub(expected as u16));
            self.cycles = expected.wrapping_add(u32::from(self.first)).wrapping_sub(u32::from(sequence));
            (self.bad, self.transit) = (None, None);
        }
        true
    }

    /// Appendix A.8.
    fn time(&mut self, timestamp: u32, clock: u32, arrival: MediaTime) {
        let units = (u128::from(arrival.as_nanos()) * u128::from(clock) / 1_000_000_000) as u32;
        let transit = units.wrapping_sub(timestamp);
        if let Some((before, same)) = self.transit
            && same == clock
        {
            let step = i64::from(transit.wrapping_sub(before) as i32).abs();
            if step <= NO_JITTER_S * i64::from(clock) {
                self.jitter = (i64::from(self.jitter) + step - i64::from((self.jitter + 8) >> 4)).max(0) as u32;
            }
        }
        self.transit = Some((transit, clock));
    }

    /// Whether a packet is one of the source, which goes on where it was, or a little behind a hole.
    pub fn goes_on(&self, ssrc: u32, sequence: u16) -> bool {
        let near = sequence.wrapping_sub(self.highest.wrapping_sub(MAX_MISORDER));
        self.begun && self.ssrc == ssrc && near <= 2 * MAX_MISORDER
    }

    /// Whether a source was heard.
    pub fn is_begun(&self) -> bool {
        self.begun
    }

    fn expected(&self) -> u32 {
        self.highest_sequence().wrapping_sub(u32::from(self.first)).wrapping_add(1)
    }

    pub fn highest_sequence(&self) -> u32 {
        self.cycles.wrapping_add(u32::from(self.highest))
    }

    /// Packets that were expected and did not come; fewer than none where some came twice.
    pub fn lost(&self) -> i32 {
        if self.begun { self.expected().wrapping_sub(self.received) as i32 } else { 0 }
    }

    fn lost_since_report(&self) -> i64 {
        let expected = self.expected().wrapping_sub(self.expected_before);
        i64::from(expected) - i64::from(self.received.wrapping_sub(self.received_before))
    }

    /// Whether anything of it came, or was missed, since the last report (RFC 3550 section 6.4: others are not reported on).
    pub fn has_news(&self) -> bool {
        self.begun && (self.received, self.expected()) != (self.received_before, self.expected_before)
    }

    /// Packets that came.
    pub fn received(&self) -> u32 {
        self.received
    }

    /// Interarrival jitter in units of the clock.
    pub fn jitter(&self) -> u32 {
        self.jitter >> 4
    }

    /// Interarrival jitter, µs.
    pub fn jitter_us(&self) -> u64 {
        let clock = self.transit.map_or(8_000, |(_, clock)| clock);
        u64::from(self.jitter) * 1_000_000 / (16 * u64::from(clock))
    }

    /// What was heard since the last report, and a new interval begins (appendix A.3).
    pub fn report(&mut self) -> ReportBlock {
        let (expected, received, lost) = (self.expected(), self.received, self.lost_since_report());
        let of_interval = expected.wrapping_sub(self.expected_before);
        (self.expected_before, self.received_before) = (expected, received);
        let fraction = if of_interval == 0 || lost <= 0 { 0 } else { (lost * 256 / i64::from(of_interval)).min(255) };
        ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: fraction as u8,
            lost: self.lost(),
            highest_sequence: self.highest_sequence(),
            jitter: self.jitter(),
            ..ReportBlock::default()
        }
    }
}
