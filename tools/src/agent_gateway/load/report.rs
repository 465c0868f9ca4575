//! Pure: what `agent-load` found.

use serde::Serialize;
use std::fmt;

/// What `agent-load` found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// Calls, and those of them whose agent stopped reading.
    pub calls: u32,
    /// Those whose agent stopped reading.
    pub stalled: u32,
    /// For how long.
    pub seconds: u32,
    /// Samples that agents said and phones heard, compared octet by octet, of agents that read.
    pub compared_samples: u64,
    /// Of these, how many phones did not hear, or heard differently.
    pub wrong_samples: u64,
    /// Calls of which a sample was wrong.
    pub wrong_calls: u32,
    /// Packets of the engine that did not follow on the one before, of all phones.
    pub packet_gaps: u64,
    /// Blocks of 10 ms that agents heard as their phones said them.
    pub whole_blocks: u64,
    /// How often one of these was not the next one: the jitter buffer had stretched time.
    pub shifts: u64,
    /// Blocks that they heard otherwise: in which it stretched, or concealed what came late.
    pub altered_blocks: u64,
    /// Those that were lost, of agents that read.
    pub lost_blocks: u64,
    /// Those that were lost, of agents that did not.
    pub lost_blocks_of_stalled: u64,
    /// Frames whose tick did not follow on the one before.
    pub tick_gaps: u64,
    /// How often an agent that read ran dry.
    pub ran_dry: u64,
    /// Ticks that ended late.
    pub late_ticks: u64,
    /// Ticks that were skipped.
    pub skipped_ticks: u64,
    /// The longest tick, in µs.
    pub longest_tick_us: u64,
    /// What the gateway's thread took of a core, in percent.
    pub gateway_cpu_percent: f64,
}

impl Outcome {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.compared_samples > 0
            && self.whole_blocks > 0
            && self.wrong_samples + self.packet_gaps + self.lost_blocks + self.tick_gaps == 0
            && self.late_ticks + self.skipped_ticks == 0
            && (self.stalled == 0 || self.lost_blocks_of_stalled > 0)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, stalled, seconds, .. } = self;
        writeln!(f, "{calls} calls for {seconds} s; the agents of {stalled} stopped reading")?;
        writeln!(
            f,
            "  agent to phone  {} samples compared, {} wrong in {} calls",
            self.compared_samples, self.wrong_samples, self.wrong_calls
        )?;
        writeln!(f, "  packets         {} gaps; agents ran dry {} times", self.packet_gaps, self.ran_dry)?;
        writeln!(
            f,
            "  phone to agent  {} blocks whole, {} altered, {} shifts",
            self.whole_blocks, self.altered_blocks, self.shifts
        )?;
        writeln!(f, "                  {} lost, {} gaps in ticks", self.lost_blocks, self.tick_gaps)?;
        writeln!(f, "  stalled agents  {} blocks lost", self.lost_blocks_of_stalled)?;
        let (late, skipped, longest) = (self.late_ticks, self.skipped_ticks, self.longest_tick_us);
        writeln!(f, "  ticks           {late} late, {skipped} skipped, the longest {longest} us")?;
        writeln!(f, "  gateway         {:.1} % of a core", self.gateway_cpu_percent)?;
        writeln!(f, "{}", if self.is_good() { "all is well" } else { "NOT all is well" })
    }
}
