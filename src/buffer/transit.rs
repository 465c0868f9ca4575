//! Real-time: histogram of packet transit with forgetting, and its quantile.
//!
//! Transit is arrival minus timestamp in units of the RTP clock, relative only to itself. Instead of decaying every bin
//! at each packet, the weight of the newest grows (exponential forgetting by a growing increment), so that a packet
//! costs a constant number of bins. The quantile is followed bin by bin.

/// Bins of 1 ms.
const BINS: usize = 256;
/// Free bins kept under the fastest transit when the window is moved up.
const FLOOR: i64 = 16;
/// Where weights are brought back into range.
const HEAVY: f32 = 1e12;

/// The histogram.
#[derive(Debug)]
pub(crate) struct TransitHistogram {
    bins: Box<[f32]>,
    /// Units of the RTP clock in a bin.
    width: i64,
    /// The bin number (transit / width) that the window begins with.
    low: i64,
    empty: bool,
    weight: f32,
    /// What the weight grows by with each packet; 1 / growth is the forget factor.
    growth: f32,
    total: f32,
    /// The bin that the quantile lies in, and the weight above it.
    quantile: i64,
    above: f32,
    /// The share of packets that may lie above the quantile.
    budget: f32,
}

impl TransitHistogram {
    /// `forget` is the number of packets after which one counts 1/e.
    #[expect(clippy::disallowed_macros, reason = "control side: the constructor allocates")]
    pub(crate) fn new(rate: u32, budget: f32, forget: f32) -> Self {
        Self {
            bins: vec![0.0; BINS].into_boxed_slice(),
            width: i64::from(rate / 1_000).max(1),
            low: 0,
            empty: true,
            weight: 1.0,
            growth: 1.0 + 1.0 / forget,
            total: 0.0,
            quantile: 0,
            above: 0.0,
            budget,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.bins.fill(0.0);
        self.empty = true;
        self.weight = 1.0;
        self.total = 0.0;
        self.above = 0.0;
    }

    fn bin(&mut self, number: i64) -> &mut f32 {
        &mut self.bins[(number & (BINS as i64 - 1)) as usize]
    }

    /// Counts a packet of this transit.
    pub(crate) fn add(&mut self, transit: i64) {
        let number = transit.div_euclid(self.width);
        if self.empty {
            self.empty = false;
            self.low = number - FLOOR;
            self.quantile = number;
        }
        if number < self.low {
            self.slide_down(number - FLOOR);
        }
        let number = number.min(self.low + BINS as i64 - 1);
        let weight = self.weight;
        *self.bin(number) += weight;
        self.total += weight;
        if number > self.quantile {
            self.above += weight;
        }
        self.weight *= self.growth;
        if self.weight > HEAVY {
            self.rescale();
        }
        self.follow();
    }

    /// The transit that all but the budget of the packets kept within; the upper edge of its bin.
    pub(crate) const fn quantile(&self) -> i64 {
        (self.quantile + 1) * self.width
    }

    /// Moves the window up when the fastest transit has left its floor far below, so that a route that got longer keeps
    /// its resolution.
    pub(crate) fn raise(&mut self, fastest: i64) {
        let low = fastest.div_euclid(self.width) - FLOOR;
        if self.empty || low <= self.low + 4 * FLOOR {
            return;
        }
        // What lies below the new window counts as the fastest of it.
        let mut folded = 0.0;
        for number in self.low..low.min(self.low + BINS as i64) {
            folded += std::mem::take(self.bin(number));
        }
        *self.bin(low) += folded;
        self.low = low;
        if self.quantile < low {
            self.quantile = low;
            self.recount();
        }
    }

    fn slide_down(&mut self, low: i64) {
        let top = low + BINS as i64 - 1;
        let mut folded = 0.0;
        for number in (top + 1).max(self.low)..self.low + BINS as i64 {
            folded += std::mem::take(self.bin(number));
        }
        self.low = low;
        *self.bin(top) += folded;
        if self.quantile > top {
            self.quantile = top;
        }
        self.recount();
    }

    fn recount(&mut self) {
        self.above = 0.0;
        for number in self.quantile + 1..self.low + BINS as i64 {
            self.above += *self.bin(number);
        }
    }

    /// Brings the quantile to where the budget says; a few bins at a time in practice.
    fn follow(&mut self) {
        let allowed = self.total * self.budget;
        let top = self.low + BINS as i64 - 1;
        while self.above > allowed && self.quantile < top {
            self.quantile += 1;
            self.above -= *self.bin(self.quantile);
        }
        while self.quantile > self.low {
            let here = *self.bin(self.quantile);
            if self.above + here > allowed {
                break;
            }
            self.above += here;
            self.quantile -= 1;
        }
        self.above = self.above.max(0.0);
    }

    fn rescale(&mut self) {
        let scale = 1.0 / self.weight;
        let mut total = 0.0;
        for bin in &mut self.bins {
            *bin *= scale;
            // What has been forgotten for good is cleared, which also keeps denormals out.
            if *bin < 1e-9 {
                *bin = 0.0;
            }
            total += *bin;
        }
        self.total = total;
        self.weight = 1.0;
        self.recount();
    }
}
