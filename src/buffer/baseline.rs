//! Real-time: the fastest recent transit, which delay is counted over.

/// Sub-windows.
const PARTS: usize = 4;

/// The least transit of the last two seconds or so: a minimum over sub-windows of half a second.
#[derive(Debug)]
pub(crate) struct FastestTransit {
    parts: [i64; PARTS],
    current: usize,
    /// When the present sub-window ends, in units of the RTP clock.
    until: i64,
    length: i64,
    least: i64,
    empty: bool,
}

impl FastestTransit {
    pub(crate) const fn new(rate: u32) -> Self {
        Self { parts: [i64::MAX; PARTS], current: 0, until: 0, length: rate as i64 / 2, least: 0, empty: true }
    }

    pub(crate) const fn reset(&mut self) {
        self.empty = true;
    }

    /// Counts a transit; true if a sub-window ended (the least may have risen).
    pub(crate) fn add(&mut self, transit: i64, arrival: i64) -> bool {
        if self.empty {
            self.empty = false;
            self.parts = [i64::MAX; PARTS];
            self.until = arrival + self.length;
        }
        let rolled = arrival >= self.until;
        if rolled {
            self.current = (self.current + 1) % PARTS;
            self.parts[self.current] = i64::MAX;
            self.until = arrival + self.length;
        }
        self.parts[self.current] = self.parts[self.current].min(transit);
        self.least = self.parts.iter().copied().min().unwrap_or(transit);
        rolled
    }

    /// The least transit, once there was a packet.
    pub(crate) const fn get(&self) -> Option<i64> {
        if self.empty { None } else { Some(self.least) }
    }
}
