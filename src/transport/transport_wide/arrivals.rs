//! I/O: when the packets of a peer came, by their transport-wide numbers, until it is told.

use crate::types::MediaTime;
use std::time::Duration;

/// Packets that are remembered: one that comes later than that, or runs so far ahead, is none of the stream. Of more in a row that
/// did not come nothing is told.
pub(crate) const WINDOW: usize = 256;
/// So long after the first packet that was not told yet the peer is told.
const INTERVAL: Duration = Duration::from_millis(100);
/// Or after so many: what is not told yet is not to leave the window.
const MANY: u64 = WINDOW as u64 / 2;
/// Nanoseconds of a unit of time in feedback.
const UNIT: u64 = 250_000;
/// Such units of a reference time.
const REFERENCE: u64 = 256;

/// What came.
#[derive(Debug)]
pub(crate) struct Arrivals {
    /// In units of 250 µs, by number.
    times: [Option<u64>; WINDOW],
    /// The first number that is to be told, and the one behind the highest that came; both without end.
    first: u64,
    next: u64,
    /// When the first packet came that was not told yet.
    since: Option<MediaTime>,
    /// Its source.
    media: u32,
    /// A number far from the others: with the next one behind it the peer counts anew.
    stray: Option<u16>,
    begun: bool,
    /// Feedback sent.
    told: u8,
}

impl Default for Arrivals {
    fn default() -> Self {
        let times = [None; WINDOW];
        Self { times, first: 0, next: 0, since: None, media: 0, stray: None, begun: false, told: 0 }
    }
}

impl Arrivals {
    /// Notes a packet of the peer's; whether it is to be told now. Of a number that came twice the first counts.
    pub fn hear(&mut self, sequence: u16, ssrc: u32, arrival: MediaTime) -> bool {
        let ahead = i64::from(sequence.wrapping_sub(self.next as u16) as i16);
        if !self.begun || ahead.unsigned_abs() > WINDOW as u64 {
            let goes_on = self.stray.is_some_and(|stray| sequence == stray.wrapping_add(1));
            if self.begun && !goes_on {
                self.stray = Some(sequence);
                return false;
            }
            // Above the window, so that nothing lies before the first number.
            let next = (1 << 32) + u64::from(sequence);
            *self = Self { begun: true, first: next, next, told: self.told, ..Self::default() };
            return self.hear(sequence, ssrc, arrival);
        }
        let number = self.next.wrapping_add_signed(ahead);
        while self.next <= number {
            self.set(self.next, None);
            self.next += 1;
        }
        if self.time(number).is_some() {
            return false;
        }
        self.set(number, Some(arrival.as_nanos() / UNIT));
        (self.media, self.stray) = (ssrc, None);
        // One that was told as lost is told again, with those behind it.
        self.first = self.first.min(number).max(self.next.saturating_sub(WINDOW as u64));
        let since = *self.since.get_or_insert(arrival);
        arrival - since >= INTERVAL || self.next - self.first >= MANY
    }

    /// Whether the peer is to be told.
    pub fn is_due(&self, now: MediaTime) -> bool {
        self.since.is_some_and(|since| now - since >= INTERVAL || self.next - self.first >= MANY)
    }

    /// What it is to be told next: the source, first number, reference time and number of the feedback, and how many of `deltas`.
    /// What does not fit into one is told by the next.
    pub fn take(&mut self, deltas: &mut [Option<i16>; WINDOW]) -> Option<(u32, u16, u32, u8, usize)> {
        let base = self.first;
        let begin = (base..self.next).find_map(|number| self.time(number))?;
        let mut before = begin / REFERENCE * REFERENCE;
        let reference = (begin / REFERENCE) as u32;
        let mut count = 0;
        for (number, place) in (base..self.next).zip(deltas.iter_mut()) {
            let time = self.time(number);
            let delta = time.map(|time| i16::try_from(time.wrapping_sub(before) as i64));
            let Ok(delta) = delta.transpose() else { break };
            *place = delta;
            (before, count) = (time.unwrap_or(before), count + 1);
        }
        self.first = base + count as u64;
        self.since = self.since.filter(|_| self.first < self.next);
        let told = self.told;
        self.told = told.wrapping_add(1);
        Some((self.media, base as u16, reference, told, count))
    }

    fn time(&self, number: u64) -> Option<u64> {
        self.times.get(number as usize % WINDOW).copied().flatten()
    }

    fn set(&mut self, number: u64, time: Option<u64>) {
        if let Some(place) = self.times.get_mut(number as usize % WINDOW) {
            *place = time;
        }
    }
}

#[cfg(test)]
mod tests;
