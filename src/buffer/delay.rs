//! Real-time: what the network does to packets, and the delay that follows from it.

use super::baseline::FastestTransit;
use super::config::{JitterPlan, JitterStrategy};
use super::transit::TransitHistogram;

/// After how many packets one counts 1/e.
const FORGET: f32 = 400.0;

/// Transit of the recent packets, all in units of the RTP clock.
#[derive(Debug)]
pub(crate) struct DelayEstimate {
    plan: JitterPlan,
    histogram: TransitHistogram,
    fastest: FastestTransit,
    /// Packets in a row that came later than the greatest delay: where the run began, and its length.
    over: Option<(i64, i64, u8)>,
    /// Transit and arrival of the last packet.
    last: Option<(i64, i64)>,
}

impl DelayEstimate {
    pub(crate) fn new(plan: JitterPlan) -> Self {
        let config = plan.config();
        Self {
            plan,
            histogram: TransitHistogram::new(config.rate, config.strategy.late_budget(), FORGET),
            fastest: FastestTransit::new(config.rate),
            over: None,
            last: None,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.histogram.reset();
        self.fastest.reset();
        self.over = None;
        self.last = None;
    }

    /// Counts a packet.
    pub(crate) fn add(&mut self, timestamp: i64, arrival: i64) {
        let transit = arrival - timestamp;
        // After a stall of the network packets come at once. The stall is one event, of its first packet: the others
        // found the delay already grown.
        let (last_transit, last_arrival) = self.last.replace((transit, arrival)).unwrap_or((transit, arrival));
        let bunched = arrival - last_arrival < (last_transit - transit) && last_transit > self.target();
        if self.moved(timestamp, arrival) {
            self.reset();
        }
        if self.fastest.add(transit, arrival) {
            self.histogram.raise(self.fastest.get().unwrap_or(transit));
        }
        if !bunched {
            self.histogram.add(transit);
        }
    }

    /// The third packet in a row over the greatest delay, at the pace of a stream: the path has changed for good.
    fn moved(&mut self, timestamp: i64, arrival: i64) -> bool {
        let Some(fastest) = self.fastest.get() else { return false };
        if arrival - timestamp - fastest <= self.max() {
            self.over = None;
            return false;
        }
        let (first_timestamp, first_arrival, length) = self.over.unwrap_or((timestamp, arrival, 0));
        self.over = Some((first_timestamp, first_arrival, length.saturating_add(1)));
        let span = timestamp - first_timestamp;
        length >= 2 && span > 0 && (arrival - first_arrival) * 4 >= span * 3
    }

    /// The greatest delay over the fastest transit.
    pub(crate) const fn max(&self) -> i64 {
        self.plan.units(self.plan.config().max_delay_ms as u32)
    }

    /// The fastest recent transit, once there was a packet.
    pub(crate) const fn fastest(&self) -> Option<i64> {
        self.fastest.get()
    }

    /// The transit to allow for: audio is to be played this long after its timestamp.
    pub(crate) fn target(&self) -> i64 {
        let fastest = self.fastest.get().unwrap_or(0);
        let config = self.plan.config();
        let aim = match config.strategy {
            JitterStrategy::Fixed(ms) => fastest + self.plan.units(u32::from(ms)),
            _ => self.histogram.quantile().max(fastest + self.plan.units(u32::from(config.min_delay_ms))),
        };
        aim.min(fastest + self.max())
    }
}
