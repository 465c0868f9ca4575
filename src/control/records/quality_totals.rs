//! Control: the quality of all calls together: sums that only grow, and how many are bad now.

use crate::quality::{QualityAspect, QualityMetrics};
use crate::telemetry::MOS_BOUNDS;
use std::collections::BTreeMap;

/// The sums over all rated intervals of all sessions, those that are over too.
#[derive(Debug, Default)]
pub(crate) struct QualityTotals {
    received: u64,
    lost: u64,
    discarded: u64,
    concealed_ms: u64,
    /// Intervals by their MOS-CQ, at most each of [`MOS_BOUNDS`]; better ones are in none.
    scores: [u64; MOS_BOUNDS.len()],
    intervals: u64,
    mos_milli: u64,
}

impl QualityTotals {
    /// An interval is over.
    pub(crate) fn add(&mut self, metrics: &QualityMetrics) {
        self.received += metrics.received;
        self.lost += metrics.lost;
        self.discarded += (metrics.discard * (metrics.received + metrics.lost) as f64).round() as u64;
        self.concealed_ms += metrics.concealed_ms;
        let Some(mos) = metrics.mos_cq else { return };
        self.intervals += 1;
        self.mos_milli += (mos * 1e3) as u64;
        if let Some(place) = MOS_BOUNDS.iter().position(|bound| mos <= *bound) {
            self.scores[place] += 1;
        }
    }

    /// As gauges; `bad`: how many sessions are bad now, in each of [`QualityAspect::ALL`].
    pub(crate) fn publish(&self, bad: [u32; QualityAspect::ALL.len()], gauges: &mut BTreeMap<String, i64>) {
        let mut put = |name: &str, value: u64| {
            gauges.insert(format!("/quality/{name}"), value as i64);
        };
        put("received", self.received);
        put("lost", self.lost);
        put("discarded", self.discarded);
        put("concealed_ms", self.concealed_ms);
        put("intervals", self.intervals);
        put("mos_milli", self.mos_milli);
        self.scores.iter().enumerate().for_each(|(place, count)| put(&format!("mos_{place}"), *count));
        let names = ["mos", "loss", "jitter", "round_trip", "remote_loss"];
        names.iter().zip(bad).for_each(|(name, count)| put(&format!("bad_{name}"), count.into()));
    }
}
