//! Pure: what `hall` found.

use serde::Serialize;
use std::fmt;

/// What `hall` found.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Phones in the conference, and how many of them talked.
    pub phones: u32,
    /// Those that talked.
    pub talkers: u32,
    /// For how long.
    pub seconds: u32,
    /// Media threads on which the room was.
    pub room_workers: usize,
    /// Media threads on which it was to be.
    pub workers: usize,
    /// Phones whose stream was whole.
    pub whole_streams: u32,
    /// Packets that did not follow on the one before, of all phones.
    pub gaps: u64,
    /// Packets that came, of all phones, and how many there should have been.
    pub packets: u64,
    /// How many there should have been.
    pub expected_packets: u64,
    /// Seconds of tones that were off their level by more than half a dB.
    pub wrong_levels: u64,
    /// Seconds of tones that were heard.
    pub heard_levels: u64,
    /// How far the worst of them was off, in dB.
    pub worst_level_db: f32,
    /// Seconds in which a phone heard its own tone at more than -40 dB of it.
    pub own_heard: u64,
    /// Blocks of one media thread's members that were not there in time for another.
    pub missing_blocks: u64,
    /// Ticks that ended late.
    pub late_ticks: u64,
    /// Ticks that were skipped.
    pub skipped_ticks: u64,
    /// The longest tick, in µs, on any media thread.
    pub longest_tick_us: u64,
}

impl Outcome {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.whole_streams == self.phones
            && self.room_workers == self.workers
            && self.wrong_levels + self.own_heard + self.missing_blocks + self.late_ticks + self.skipped_ticks == 0
            && self.heard_levels > 0
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { phones, talkers, seconds, room_workers, workers, .. } = self;
        writeln!(f, "{phones} phones, {talkers} of them talking, for {seconds} s")?;
        writeln!(f, "  media threads   {room_workers} of {workers}")?;
        writeln!(f, "  streams         {} of {phones} whole, {} gaps", self.whole_streams, self.gaps)?;
        writeln!(f, "  packets         {} of {}", self.packets, self.expected_packets)?;
        let (wrong, heard, worst) = (self.wrong_levels, self.heard_levels, self.worst_level_db);
        writeln!(f, "  levels          {wrong} of {heard} off by more than 0.5 dB, the worst by {worst:.2} dB")?;
        writeln!(f, "  own voice       heard in {} seconds", self.own_heard)?;
        writeln!(f, "  between threads {} blocks missing", self.missing_blocks)?;
        let (late, skipped, longest) = (self.late_ticks, self.skipped_ticks, self.longest_tick_us);
        writeln!(f, "  ticks           {late} late, {skipped} skipped, the longest {longest} us")?;
        writeln!(f, "{}", if self.is_good() { "all is well" } else { "NOT all is well" })
    }
}
