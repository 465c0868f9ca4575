//! I/O: the sessions that have something to ask for, or to send again, in turn.

use crate::types::MediaTime;
use std::time::Duration;

/// So long after a look at all of them the next one.
const LOOK: Duration = Duration::from_millis(5);

/// Their places.
#[derive(Debug)]
pub(super) struct Turns {
    places: Box<[u32]>,
    count: usize,
    /// Whose turn it is.
    at: usize,
    /// When the next look begins.
    next: MediaTime,
}

impl Turns {
    /// Room for so many. Allocates: control side.
    pub fn new(capacity: usize) -> Self {
        Self { places: vec![0; capacity].into(), count: 0, at: 0, next: MediaTime::ZERO }
    }

    /// One more, which is looked at at once. A place that is there twice is gone once it has nothing to do.
    pub fn push(&mut self, place: u32) {
        if let Some(last) = self.places.get_mut(self.count) {
            *last = place;
            self.count += 1;
        }
    }

    /// Whose turn it is, if it is anybody's.
    pub fn current(&mut self, now: MediaTime) -> Option<u32> {
        if self.at >= self.count {
            if self.count == 0 || now < self.next {
                return None;
            }
            self.at = 0;
        }
        self.next = now + LOOK;
        self.places.get(..self.count)?.get(self.at).copied()
    }

    /// The next one's turn.
    pub fn pass(&mut self) {
        self.at += 1;
    }

    /// Whose turn it is has nothing to do any more.
    pub fn remove(&mut self) {
        self.count = self.count.saturating_sub(1);
        let last = self.places.get(self.count).copied();
        if let (Some(last), Some(place)) = (last, self.places.get_mut(self.at)) {
            *place = last;
        }
    }

    /// How long until the next look; `None`: nobody waits for one.
    pub fn wait(&self, now: MediaTime) -> Option<Duration> {
        (self.count > 0).then(|| if self.at < self.count { Duration::ZERO } else { self.next - now })
    }
}

#[cfg(test)]
mod tests;
