//! Real-time: a transit that grows without end, as a queue in the network fills: the least transits of the recent
//! tenths of a second, each greater than the one before, the last above all that came in the first.

use super::window_min::WindowMinimum;

/// Of a part, in ms; the window holds four.
const PART_MS: i64 = 100;
/// So much greater than the one before, in 1/4 ms a part: 10 ms a second.
const LEAST: i64 = 4;
/// How far ahead, in quarters of a part: the time that the steps need to come, and to be made up by splices.
const AHEAD: i64 = 10;
/// The rise in a part that is believed, in ms.
const STEEPEST: i64 = 40;

/// A transit that grows without end, as a queue in the network fills: the least transits of the recent tenths of a
/// second, each greater than the one before, the last above all that came in the first.
///
/// In units of the RTP clock.
#[derive(Debug)]
pub(crate) struct TransitTrend {
    parts: WindowMinimum,
    /// The greatest of each part, negated: jitter is no rise.
    slowest: WindowMinimum,
    /// Audio that came in the present part: where much is lost, its least transit tells little.
    came: i64,
    /// Units in 1 ms.
    ms: i64,
    /// By how much a transit grew in a part, when a part ended last; 0 where it did not.
    before: i64,
    /// That, and the time before.
    slope: i64,
    /// When a packet came last.
    latest: Option<i64>,
}

impl TransitTrend {
    pub(crate) const fn new(ms: i64) -> Self {
        let length = 4 * PART_MS * ms;
        Self {
            parts: WindowMinimum::new(length),
            slowest: WindowMinimum::new(length),
            came: 0,
            ms,
            before: 0,
            slope: 0,
            latest: None,
        }
    }

    pub(crate) const fn reset(&mut self) {
        self.parts.reset();
        self.slowest.reset();
        (self.slope, self.before, self.came) = (0, 0, 0);
    }

    /// Counts a packet of `samples` units.
    pub(crate) fn add(&mut self, transit: i64, arrival: i64, samples: i64) {
        // Over a pause of the sender clocks drift as far as a queue grows in a part.
        if self.latest.replace(arrival).is_some_and(|latest| arrival - latest > 2 * PART_MS * self.ms) {
            self.reset();
        }
        self.slowest.add(-transit, arrival);
        if self.parts.add(transit, arrival) {
            let enough = self.came * 2 >= PART_MS * self.ms;
            let rises = if enough { self.measure() } else { 0 };
            // Once may be chance.
            self.slope = rises.min(self.before);
            (self.came, self.before) = (0, rises);
        } else if self.slope > 0 && transit < self.parts.last_part() {
            // One that was as fast as before: the queue has emptied.
            (self.slope, self.before) = (0, 0);
        }
        self.came += samples;
    }

    /// Over the three parts that are complete.
    fn measure(&self) -> i64 {
        let [first, second, third] = self.parts.complete();
        if first == i64::MAX || second == i64::MAX || third == i64::MAX {
            return 0;
        }
        let least = self.ms * LEAST / 4;
        let [slowest, ..] = self.slowest.complete();
        let steady = second - first >= least && third - second >= least && third > -slowest;
        if steady { ((third - first) / 2).min(STEEPEST * self.ms) } else { 0 }
    }

    /// What the transit will have grown by when a change of the delay takes effect.
    pub(crate) const fn ahead(&self) -> i64 {
        self.slope * AHEAD / 4
    }
}
