//! Real-time: how much audio would come too late at which delay: a histogram with forgetting.
//!
//! Each block of a packet stands at the transit that would have saved it: one late by 35 ms costs four blocks of 10 ms
//! after a stall of the network, for the delay is 35 ms longer then. So what lies above a transit, over all, is the share
//! of time that is concealed at that delay, and the bound for a budget of it is followed bin by bin. Instead of decaying
//! every bin at each packet, the weight of the newest grows, so that a packet costs a few bins only.

/// Bins in a block of 10 ms.
const BLOCK_BINS: i64 = 10;
/// On-time audio that is taken for granted at the start, in blocks, so that one stall does not decide.
const PRIOR: f32 = 500.0;
/// And once jitter is known to be wide.
const DOUBTED: f32 = 120.0;
/// Free bins kept under the fastest transit when the window is moved up.
const FLOOR: i64 = 16;
/// Where weights are brought back into range.
const HEAVY: f32 = 1e12;

/// The histogram.
#[derive(Debug)]
pub(crate) struct TransitHistogram {
    /// Of 1 ms; a power of two of them.
    bins: Box<[f32]>,
    /// Units of the RTP clock in a bin.
    width: i64,
    /// The bin number (transit / width) that the window begins with.
    low: i64,
    empty: bool,
    weight: f32,
    /// What the weight grows by with each packet; 1 / growth is the forget factor.
    growth: f32,
    /// Blocks that were due.
    total: f32,
    /// Of them, those that are only taken for granted and may be doubted.
    granted: f32,
    /// They were. Not told by what is `granted`, which comes to nothing in hours of a call.
    doubted: bool,
    bound: Bound,
}

/// A bin above which a share of the time lies.
#[derive(Debug, Clone, Copy)]
struct Bound {
    bin: i64,
    above: f32,
    /// The share of time that may lie above.
    budget: f32,
}

impl TransitHistogram {
    /// `budget` is the share of time that may be concealed, `forget` the number of packets after which one counts 1/e,
    /// `max_ms` the greatest delay: the window holds it wherever the fastest transit lies in it.
    #[expect(clippy::disallowed_macros, reason = "control side: the constructor allocates")]
    pub(crate) fn new(rate: u32, budget: f32, forget: f32, max_ms: u16) -> Self {
        let bins = (usize::from(max_ms) + 6 * FLOOR as usize).next_power_of_two();
        Self {
            bins: vec![0.0; bins].into_boxed_slice(),
            width: i64::from(rate / 1_000).max(1),
            low: 0,
            empty: true,
            weight: 1.0,
            growth: 1.0 + 1.0 / forget,
            total: PRIOR,
            granted: PRIOR - DOUBTED,
            doubted: false,
            bound: Bound { bin: 0, above: 0.0, budget },
        }
    }

    pub(crate) fn reset(&mut self) {
        self.bins.fill(0.0);
        self.empty = true;
        self.weight = 1.0;
        (self.total, self.granted, self.doubted) = (PRIOR, PRIOR - DOUBTED, false);
        self.bound.above = 0.0;
    }

    /// Asks the cache for the bins around the bound, where most packets fall.
    pub(crate) fn prefetch(&self) {
        let place = (self.bound.bin & (self.span() - 1)) as usize;
        crate::rt::prefetch_entry(&self.bins, place);
    }

    fn bin(&mut self, number: i64) -> &mut f32 {
        let place = number & (self.span() - 1);
        &mut self.bins[place as usize]
    }

    const fn span(&self) -> i64 {
        self.bins.len() as i64
    }

    /// Takes less on-time audio for granted: the network is not the usual one with a stall now and then.
    pub(crate) fn doubt(&mut self) {
        self.total -= std::mem::take(&mut self.granted);
        self.doubted = true;
    }

    /// Counts time in which `blocks` of audio were due.
    pub(crate) fn pass(&mut self, blocks: f32) {
        self.total += self.weight * blocks;
        self.weight *= self.growth;
        if self.weight > HEAVY {
            self.rescale();
        }
    }

    /// Counts `blocks` that this transit, and a block's time less for each further one, would have saved.
    ///
    /// What was `overtaken` is a hole of its whole length however late it is, as its successors are there: where jitter is
    /// wide and most of the late packets are such, only the transit itself would have saved them.
    pub(crate) fn add(&mut self, transit: i64, blocks: usize, overtaken: bool) {
        let step = if overtaken && self.doubted { 0 } else { BLOCK_BINS };
        let mut number = transit.div_euclid(self.width);
        if self.empty {
            self.empty = false;
            self.low = number - FLOOR;
            self.bound.bin = number;
        }
        if number < self.low {
            self.slide_down(number - FLOOR);
        }
        number = number.min(self.low + self.span() - 1);
        for _ in 0..blocks {
            if number < self.low {
                break;
            }
            let weight = self.weight;
            *self.bin(number) += weight;
            if number > self.bound.bin {
                self.bound.above += weight;
            }
            number -= step;
        }
        self.update_bound();
    }

    /// The transit that keeps within the budget; the upper edge of its bin.
    pub(crate) const fn bound(&self) -> i64 {
        (self.bound.bin + 1) * self.width
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
        for number in self.low..low.min(self.low + self.span()) {
            folded += std::mem::take(self.bin(number));
        }
        *self.bin(low) += folded;
        self.low = low;
        self.recount();
    }

    fn slide_down(&mut self, low: i64) {
        let top = low + self.span() - 1;
        let mut folded = 0.0;
        for number in (top + 1).max(self.low)..self.low + self.span() {
            folded += std::mem::take(self.bin(number));
        }
        self.low = low;
        *self.bin(top) += folded;
        self.recount();
    }

    fn recount(&mut self) {
        let end = self.low + self.span();
        self.bound.bin = self.bound.bin.clamp(self.low, end - 1);
        self.bound.above = (self.bound.bin + 1..end).map(|number| *self.bin(number)).sum();
    }

    /// Brings the bound to where the budget says; a few bins at a time in practice.
    fn update_bound(&mut self) {
        let top = self.low + self.span() - 1;
        let mut bound = self.bound;
        let allowed = self.total * bound.budget;
        while bound.above > allowed && bound.bin < top {
            bound.bin += 1;
            bound.above -= *self.bin(bound.bin);
        }
        while bound.bin > self.low {
            let here = *self.bin(bound.bin);
            if bound.above + here > allowed {
                break;
            }
            bound.above += here;
            bound.bin -= 1;
        }
        bound.above = bound.above.max(0.0);
        self.bound = bound;
    }

    fn rescale(&mut self) {
        let scale = 1.0 / self.weight;
        for bin in &mut self.bins {
            *bin *= scale;
            // What has been forgotten for good is cleared, which also keeps denormals out.
            if *bin < 1e-9 {
                *bin = 0.0;
            }
        }
        self.total *= scale;
        self.granted *= scale;
        self.weight = 1.0;
        self.recount();
    }
}

#[cfg(test)]
mod tests;
