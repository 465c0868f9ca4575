//! I/O: how the delay of our packets goes: the slope of the last ones, and how far they are above the least.
//!
//! The clocks of the two ends have nothing to do with each other: only differences say anything. A queue that fills makes the delay
//! grow by what is sent too much; jitter makes it no greater at its least.

use crate::types::MediaTime;

/// Packets that the slope is of: 640 ms of 20 ms each.
const POINTS: usize = 32;
/// With fewer nothing is said.
const FEWEST: usize = 8;
/// The least delay is of the last one or two of such times, ms: the clocks drift.
const ERA: f64 = 30_000.0;
/// A step of that much, ms, is one of a clock: all begins anew.
const STEP: f64 = 10_000.0;
/// ms in a unit of the peer's times.
const UNIT: f64 = 0.25;

/// The last packets.
#[derive(Debug, Clone)]
pub(super) struct DelayTrend {
    /// When each left, and its delay, ms.
    points: [(f64, f64); POINTS],
    count: usize,
    /// The last arrival, as it was told and without end.
    arrival: Option<i64>,
    era: Option<f64>,
    /// The least delay of this era, and of the one before.
    least: (f64, f64),
}

impl Default for DelayTrend {
    fn default() -> Self {
        let least = (f64::INFINITY, f64::INFINITY);
        Self { points: [(0.0, 0.0); POINTS], count: 0, arrival: None, era: None, least }
    }
}

impl DelayTrend {
    /// A packet left at `sent` and came at `arrival`, in units of 250 µs modulo 2^32.
    pub fn add(&mut self, sent: MediaTime, arrival: i64) {
        let last = self.arrival.unwrap_or(arrival);
        let arrival = last + i64::from(arrival.wrapping_sub(last) as i32);
        let sent = sent.as_nanos() as f64 / 1e6;
        let delay = arrival as f64 * UNIT - sent;
        let before = self.last().map_or(delay, |(_, before)| before);
        if (delay - before).abs() > STEP {
            *self = Self::default();
        }
        self.arrival = Some(arrival);
        if let Some(place) = self.points.get_mut(self.count % POINTS) {
            *place = (sent, delay);
            self.count += 1;
        }
        if sent - *self.era.get_or_insert(sent) > ERA {
            (self.era, self.least) = (Some(sent), (f64::INFINITY, self.least.0));
        }
        self.least.0 = self.least.0.min(delay);
    }

    fn last(&self) -> Option<(f64, f64)> {
        self.points.get(self.count.checked_sub(1)? % POINTS).copied()
    }

    fn known(&self) -> Option<&[(f64, f64)]> {
        self.points.get(..self.count.min(POINTS)).filter(|known| known.len() >= FEWEST)
    }

    /// How fast the delay grows, µs a second: least squares over the last packets.
    pub fn growth(&self) -> Option<i64> {
        let known = self.known()?;
        let n = known.len() as f64;
        let (x, y) = known.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
        let (xy, xx) = known.iter().fold((0.0, 0.0), |(xy, xx), point| {
            (xy + (point.0 - x) * (point.1 - y), xx + (point.0 - x) * (point.0 - x))
        });
        (xx > 0.0).then(|| (xy / xx * 1e6).round() as i64)
    }

    /// How far the delay of the last packets is at least above the least of all, µs.
    pub fn queue(&self) -> Option<u64> {
        let now = self.known()?.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
        Some(((now - self.least.0.min(self.least.1)) * 1e3).round().max(0.0) as u64)
    }
}

#[cfg(test)]
mod tests;
