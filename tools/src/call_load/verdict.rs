//! Pure: what came of so many calls for so long, and whether it is good.

use hdrhistogram::Histogram;
use serde::Serialize;

/// More than this late, and a phone would hear it: it is no fault of the node's. Of all packets, one in a thousand may be so.
const LATE_NS: u64 = 5_000_000;
/// None may be.
const TOO_LATE_NS: u64 = 20_000_000;

/// Of times, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Times {
    pub p50_us: f64,
    pub p99_us: f64,
    pub p999_us: f64,
    pub max_us: f64,
}

impl Times {
    pub(super) fn of(histogram: &Histogram<u64>) -> Self {
        let us = |ns: u64| if histogram.is_empty() { 0.0 } else { ns as f64 / 1e3 };
        let at = |quantile| us(histogram.value_at_quantile(quantile).min(histogram.max()));
        Self { p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999), max_us: us(histogram.max()) }
    }
}

/// What the node tells of itself, of the time of a step.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NodeFigures {
    /// Ticks that were finished after the next one's deadline, and that were left out.
    pub late_ticks: u64,
    /// Ticks that were left out.
    pub skipped_ticks: u64,
    /// How long the work of a tick took, of the last 5 to 10 s, the busiest media thread's.
    pub tick_work: Times,
    /// Mean load of the busiest media thread over the last 10 s, in percent of its tick.
    pub load_percent: f64,
    /// Steps of quality that were shed.
    pub shed_level: u8,
    /// Packets that did not come to it, and that came too late.
    pub lost_in: u64,
    /// Packets that came too late to be played.
    pub late_in: u64,
}

/// Whether it is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "because")]
pub enum Verdict {
    /// Nothing was lost, no deadline missed.
    Good,
    /// The node's fault: what.
    Bad(Vec<String>),
    /// The generator was late or lost packets itself: nothing is said of the node.
    GeneratorLate(String),
}

/// So many calls for so long.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Step {
    /// Calls that were wanted, that were there, and their legs.
    pub calls: u32,
    /// Calls that were there.
    pub established: u32,
    /// Their legs: each is a stream to the node and one back.
    pub legs: u32,
    /// For how long they were counted.
    pub seconds: f64,
    /// Why the node took no more calls.
    pub refused: Option<String>,
    /// Calls that the node hung up.
    pub hung_up: u32,
    /// Packets to the node.
    pub sent: u64,
    /// Packets from it.
    pub received: u64,
    /// Packets that it numbered and that did not come.
    pub lost: u64,
    /// Packets that it did not even number, though their time had come.
    pub unsent: u64,
    /// Streams of which nothing came.
    pub silent_streams: u32,
    /// Packets that came twice.
    pub duplicates: u64,
    /// Packets that came after later ones.
    pub reordered: u64,
    /// How far packets that came were from 20 ms behind the one before.
    pub arrival: Times,
    /// The longest time between two packets of a stream, ms.
    pub longest_gap_ms: f64,
    /// How late the generator's own packets left.
    pub generator_late: Times,
    /// Packets more than 5 ms late among them.
    pub generator_late_packets: u64,
    /// Packets that came to the generator, or left it, and that its system dropped.
    pub generator_dropped: u64,
    /// What the generator took of a core, in percent.
    pub generator_cpu_percent: f64,
    /// What the node's process took of a core, in percent, where it is known.
    pub node_cpu_percent: Option<f64>,
    /// By thread of the node: the same.
    pub node_threads: Vec<(String, f64)>,
    /// What the node tells of itself, where it does.
    pub node: Option<NodeFigures>,
    /// Streams that were listened to.
    pub listened: u32,
    /// The ratio of the tone to everything else: the median of these streams, dB.
    pub snr_db: Option<f64>,
    /// That of the worst of them.
    pub worst_snr_db: Option<f64>,
    /// From one phone through the node to the other, both codecs included: the median, ms.
    pub delay_ms: Option<f64>,
    /// The longest.
    pub longest_delay_ms: Option<f64>,
}

impl Step {
    /// Whether it is good. What the node refuses it refuses, however late the generator was.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if let Some(why) = &self.refused {
            return Verdict::Bad(vec![format!("refused from call {} on: {why}", self.established + 1)]);
        }
        let late = self.generator_late.max_us * 1e3 > TOO_LATE_NS as f64;
        if late || self.generator_late_packets * 1_000 > self.sent || self.generator_dropped > 0 {
            return Verdict::GeneratorLate(format!(
                "{} of its {} packets left more than {} ms late, the latest {:.1} ms; {} were dropped at its sockets",
                self.generator_late_packets,
                self.sent,
                LATE_NS / 1_000_000,
                self.generator_late.max_us / 1e3,
                self.generator_dropped
            ));
        }
        let node = self.node.clone().unwrap_or_default();
        let faults = [
            (u64::from(self.hung_up), "calls hung up"),
            (u64::from(self.silent_streams), "streams silent"),
            (self.lost, "packets lost on their way back"),
            (self.unsent, "packets not sent by the node"),
            (node.lost_in, "packets lost on their way to the node"),
            (node.late_ticks, "late ticks"),
            (node.skipped_ticks, "ticks left out"),
        ];
        let faults: Vec<_> =
            faults.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if faults.is_empty() { Verdict::Good } else { Verdict::Bad(faults) }
    }

    /// Counts what left late.
    pub(super) fn late(&mut self, late: &Histogram<u64>) {
        self.generator_late = Times::of(late);
        self.generator_late_packets = late.len() - late.count_between(0, LATE_NS);
    }
}
