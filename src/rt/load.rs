//! Pure: the load of a media thread: work as a share of the period, over the last 1, 10 and 60 s.
//!
//! The figure that admission and shedding use is the mean of the last second, or its worst tick once ticks come near
//! the period again and again: a mean of 50 % made of full and empty ticks is not half idle. One lone long tick is not
//! enough, since on a shared machine that is more often a pre-emption than our work. Runs on either side.

/// A tick counts as near the limit from this share of the period on.
pub const NEAR_LIMIT: f32 = 0.9;
/// So many such ticks within the last second, and the worst case is reported instead of the mean.
pub const NEAR_LIMIT_TICKS: u32 = 3;

const SLOTS: usize = 600;
const SLOT_NS: u64 = 100_000_000;

/// Load over the three windows. 1.0 = the whole period was worked; more means overload.
///
/// Example: [`TimingGauges`](crate::telemetry::TimingGauges).
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Load {
    /// What admission goes by: mean of the last second, the worst tick when near the limit.
    pub now: f32,
    /// Mean of the last second.
    pub mean_1s: f32,
    /// Mean of the last 10 s.
    pub mean_10s: f32,
    /// Mean of the last 60 s.
    pub mean_60s: f32,
    /// The worst tick of the last second.
    pub worst_1s: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    work_ns: u64,
    time_ns: u64,
    worst_ns: u64,
    near_limit: u32,
}

/// Sums over the last `slots` slots, kept up in whole ns, so that nothing drifts.
#[derive(Debug, Clone, Copy)]
struct Window {
    slots: usize,
    work_ns: u64,
    time_ns: u64,
}

impl Window {
    fn mean(&self, open: &Slot) -> f32 {
        let time = self.time_ns + open.time_ns;
        if time == 0 { 0.0 } else { ((self.work_ns + open.work_ns) as f64 / time as f64) as f32 }
    }
}

/// Measures the load of one media thread. Real-time safe; 19 KiB.
#[derive(Debug, Clone)]
pub struct LoadMeter {
    period_ns: u64,
    near_ns: u64,
    ring: [Slot; SLOTS],
    /// Where the next full slot goes.
    at: usize,
    open: Slot,
    windows: [Window; 3],
}

impl LoadMeter {
    /// For ticks of `period_ns`, at least 1.
    pub fn new(period_ns: u64) -> Self {
        let period_ns = period_ns.max(1);
        Self {
            period_ns,
            near_ns: (period_ns as f64 * f64::from(NEAR_LIMIT)) as u64,
            ring: [Slot::default(); SLOTS],
            at: 0,
            open: Slot::default(),
            windows: [10, 100, SLOTS].map(|slots| Window { slots, work_ns: 0, time_ns: 0 }),
        }
    }

    /// Takes the work of one tick in ns.
    pub fn record(&mut self, work_ns: u64) {
        // No sum of 600 slots can wrap.
        let work_ns = work_ns.min(u64::from(u32::MAX) * 1000);
        self.open.work_ns += work_ns;
        self.open.time_ns += self.period_ns;
        self.open.worst_ns = self.open.worst_ns.max(work_ns);
        self.open.near_limit += u32::from(work_ns >= self.near_ns);
        if self.open.time_ns >= SLOT_NS {
            self.close();
        }
    }

    fn close(&mut self) {
        for window in &mut self.windows {
            let gone = self.ring[(self.at + SLOTS - window.slots) % SLOTS];
            window.work_ns = window.work_ns + self.open.work_ns - gone.work_ns;
            window.time_ns = window.time_ns + self.open.time_ns - gone.time_ns;
        }
        self.ring[self.at] = self.open;
        self.at = (self.at + 1) % SLOTS;
        self.open = Slot::default();
    }

    /// The load now.
    pub fn load(&self) -> Load {
        let [mean_1s, mean_10s, mean_60s] = self.windows.map(|window| window.mean(&self.open));
        let (mut worst, mut near) = (self.open.worst_ns, self.open.near_limit);
        for back in 1..=self.windows[0].slots {
            let slot = &self.ring[(self.at + SLOTS - back) % SLOTS];
            worst = worst.max(slot.worst_ns);
            near += slot.near_limit;
        }
        let worst_1s = (worst as f64 / self.period_ns as f64) as f32;
        let now = if near >= NEAR_LIMIT_TICKS { worst_1s } else { mean_1s };
        Load { now, mean_1s, mean_10s, mean_60s, worst_1s }
    }
}

#[cfg(test)]
mod tests;
