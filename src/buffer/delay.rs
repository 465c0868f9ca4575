//! Real-time: what the network does to packets, and the delay that follows from it.

use super::config::{JitterPlan, JitterStrategy};
use super::skew::ClockSkew;
use super::stream_start::StreamStart;
use super::transit::TransitHistogram;
use super::transit_percentile::TransitPercentile;
use super::transit_trend::TransitTrend;
use super::window_min::WindowMinimum;

/// After how many packets one counts 1/e.
const FORGET: f32 = 1_000.0;
/// Up to so many ms over the fastest packet delay is cheap, and the smaller of the two budgets holds.
const CHEAP_MS: u32 = 20;
/// A stall counts for so many blocks at most: a single long one is no reason to wait for its like.
const LONGEST_STALL: i64 = 8;
/// What is slower than usual by so many ms was held up by a stall of the network.
const STALL_MS: u32 = 20;

/// Where every packet of 160 ms is so many ms slower than the fastest, jitter is wide, and not one stall.
const WIDE_MS: u32 = 60;

/// Clocks that differ by less are alike.
const STEADY_PPM: f32 = 10.0;

/// Transit of the recent packets, all in units of the RTP clock.
#[derive(Debug)]
pub(crate) struct DelayEstimate {
    plan: JitterPlan,
    /// Of all packets, for the larger budget.
    histogram: TransitHistogram,
    /// Of those that cheap delay may save, for the smaller one.
    ordinary: TransitHistogram,
    /// The fastest of the last 2 s: what delay is counted over.
    fastest: WindowMinimum,
    /// The slowest of the last 10 s (a minute if conservative), negated: no reason to wait longer.
    slowest: WindowMinimum,
    /// The fastest of the last 160 ms: no use in waiting less.
    latest: WindowMinimum,
    /// What 95 of 100 packets keep to: redundancy is waited for over that, as what is slower or lost twice is little.
    percentile: TransitPercentile,
    /// Whether it grows and grows.
    trend: TransitTrend,
    skew: ClockSkew,
    /// Packets in a row that came later than the greatest delay: where the run began, and its length.
    over: Option<(i64, i64, u8)>,
    /// Transit and arrival of the last packet.
    last: Option<(i64, i64)>,
    /// What is waited on top, for packets that carry older ones again.
    extra: i64,
    start: StreamStart,
    /// What [`target`](Self::target) and [`steady`](Self::steady) say: asked for in each block, changed by a packet only.
    target: i64,
    steady: i64,
}

impl DelayEstimate {
    pub(crate) fn new(plan: JitterPlan) -> Self {
        let config = plan.config();
        let [small, large] = config.strategy.late_budgets();
        let mut estimate = Self {
            plan,
            histogram: TransitHistogram::new(config.rate, large, FORGET, config.max_delay_ms),
            ordinary: TransitHistogram::new(config.rate, small, FORGET, config.max_delay_ms),
            fastest: WindowMinimum::new(2 * i64::from(config.rate)),
            slowest: WindowMinimum::new(config.strategy.memory_s() * i64::from(config.rate)),
            latest: WindowMinimum::new(plan.units(160)),
            percentile: TransitPercentile::new(plan.units(1)),
            trend: TransitTrend::new(plan.units(1)),
            skew: ClockSkew::default(),
            over: None,
            last: None,
            extra: 0,
            start: StreamStart::default(),
            target: 0,
            steady: i64::MAX,
        };
        estimate.update_target();
        estimate
    }

    pub(crate) fn reset(&mut self) {
        self.histogram.reset();
        self.ordinary.reset();
        self.fastest.reset();
        self.slowest.reset();
        self.latest.reset();
        self.percentile.reset();
        self.trend.reset();
        self.skew.reset();
        self.over = None;
        self.last = None;
        self.extra = 0;
        self.start = StreamStart::default();
        self.update_target();
    }

    /// Counts a packet of `samples` units.
    pub(crate) fn add(&mut self, timestamp: i64, arrival: i64, samples: i64) {
        let transit = arrival - timestamp;
        if self.moved(timestamp, arrival) {
            self.reset();
        }
        if self.start.add(transit, arrival, self.plan.units(10)) {
            let start = self.start;
            self.reset();
            self.start = start;
        }
        // After a stall of the network packets come at once. The stall is one event, of its first packet: the others
        // find the delay already grown.
        let block = self.plan.units(10);
        let (last_transit, last_arrival) = self.last.replace((transit, arrival)).unwrap_or((transit, arrival));
        let quiet = arrival - last_arrival;
        let bunched = quiet < last_transit - transit && last_transit > self.target();
        let due = quiet.min(LONGEST_STALL * block).max(samples) / block;
        // One that others overtook would leave a hole amid good audio, with a joint on either side: that counts as
        // four more.
        let overtaken = timestamp < last_arrival - last_transit;
        let blocks = if bunched { 0 } else { due.max(1) + 4 * i64::from(overtaken) };
        if self.fastest.add(transit, arrival) {
            let fastest = self.fastest.get().unwrap_or(transit);
            self.histogram.raise(fastest);
            self.ordinary.raise(fastest);
            let part = self.fastest.last_part();
            if part < i64::MAX {
                self.skew.add(arrival, part, 2 * block);
            }
        }
        self.slowest.add(-transit, arrival);
        self.latest.add(transit, arrival);
        if self.is_wide() {
            self.histogram.doubt();
            self.ordinary.doubt();
        }
        self.percentile.add(transit);
        self.trend.add(transit, arrival, samples);
        self.histogram.pass(samples as f32 / block as f32);
        self.histogram.add(transit, blocks as usize, overtaken);
        self.ordinary.pass(samples as f32 / block as f32);
        if !bunched && transit - self.fastest.get().unwrap_or(transit) <= self.plan.units(2 * CHEAP_MS) {
            self.ordinary.add(transit, (samples / block).max(1) as usize, false);
        }
        self.update_target();
    }

    fn update_target(&mut self) {
        self.target = self.compute_target();
        let steady = self.skew.ppm() < STEADY_PPM;
        self.steady = self.slowest.get().filter(|_| steady).map_or(i64::MAX, |negated| -negated);
    }

    /// Whether packets differ by more than one stall of the network explains.
    fn is_wide(&self) -> bool {
        let (latest, fastest) = (self.latest.get(), self.fastest.get());
        latest.zip(fastest).is_some_and(|(latest, fastest)| latest - fastest > self.plan.units(WIDE_MS))
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

    /// Whether enough of the stream came to tell what is usual.
    pub(super) const fn is_converged(&self) -> bool {
        self.start.is_over(self.plan.units(10))
    }

    /// A packet that came this long after its timestamp was held up, beyond what packets usually are.
    pub(super) fn is_stall(&self, transit: i64) -> bool {
        self.percentile.get().is_some_and(|usual| transit > usual + self.plan.units(STALL_MS))
    }

    /// Waits so much longer than packets usually need that they can bring an older one again.
    pub(crate) fn wait_longer(&mut self, extra: i64) {
        if self.extra != extra {
            self.extra = extra;
            self.update_target();
        }
    }

    /// Asks the cache for the bins that the next packet will touch.
    pub(super) fn prefetch(&self) {
        self.histogram.prefetch();
        self.ordinary.prefetch();
    }

    /// The transit of the newest packet.
    pub(super) fn newest(&self) -> i64 {
        self.last.map_or(i64::MIN, |(transit, _)| transit)
    }

    /// Where the transit grows and grows: what it will have come to.
    fn extrapolated(&self) -> Option<i64> {
        self.last.filter(|_| self.is_rising()).map(|(transit, _)| transit + self.trend.ahead())
    }

    /// Whether the transit grows and grows.
    pub(super) const fn is_rising(&self) -> bool {
        self.trend.ahead() > 0
    }

    /// The greatest delay over the fastest transit.
    pub(crate) const fn max(&self) -> i64 {
        self.plan.units(self.plan.config().max_delay_ms as u32)
    }

    /// The fastest recent transit, once there was a packet.
    pub(crate) const fn fastest(&self) -> Option<i64> {
        self.fastest.get()
    }

    /// The slowest recent transit, if it will go on so: our clock runs no faster than the sender's. Else `i64::MAX`.
    pub(super) const fn steady(&self) -> i64 {
        self.steady
    }

    /// By how much our clock runs faster than the sender's, in parts per million.
    pub(crate) fn skew_ppm(&self) -> f32 {
        self.skew.ppm()
    }

    /// The transit to allow for: audio is to be played this long after its timestamp.
    pub(crate) const fn target(&self) -> i64 {
        self.target
    }

    fn compute_target(&self) -> i64 {
        let fastest = self.fastest.get().unwrap_or(0);
        let config = self.plan.config();
        let target = match config.strategy {
            JitterStrategy::Fixed(ms) => fastest + self.plan.units(u32::from(ms)),
            _ => {
                let budget = self.histogram.bound().max(self.ordinary.bound().min(fastest + self.plan.units(CHEAP_MS)));
                let slowest = self.slowest.get().map_or(budget, |least| self.plan.units(1) - least);
                let latest = self.latest.get().unwrap_or(fastest);
                let again =
                    self.percentile.get().filter(|_| self.extra > 0).map_or(fastest, |usual| usual + self.extra);
                budget
                    .min(slowest)
                    .max(again)
                    .max(latest)
                    .max(self.extrapolated().unwrap_or(fastest))
                    .max(fastest + self.plan.units(u32::from(config.min_delay_ms)))
            }
        };
        target.min(fastest + self.max())
    }
}
