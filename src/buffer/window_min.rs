//! Real-time: the least or greatest transit of the recent past.

/// Sub-windows.
const PARTS: usize = 4;

/// The least value of a window, as a minimum over four sub-windows. For the greatest, negate.
#[derive(Debug)]
pub(crate) struct WindowMinimum {
    parts: [i64; PARTS],
    current: usize,
    /// When the present sub-window ends, in units of the RTP clock.
    until: i64,
    /// Of a sub-window.
    length: i64,
    least: i64,
    empty: bool,
}

impl WindowMinimum {
    /// Over `length` units of the RTP clock.
    pub(crate) const fn new(length: i64) -> Self {
        let length = length / PARTS as i64;
        Self { parts: [i64::MAX; PARTS], current: 0, until: 0, length, least: 0, empty: true }
    }

    pub(crate) const fn reset(&mut self) {
        self.empty = true;
    }

    /// Counts a value; true if a sub-window ended (the least may have risen).
    pub(crate) fn add(&mut self, value: i64, at: i64) -> bool {
        if self.empty {
            self.empty = false;
            self.parts = [i64::MAX; PARTS];
            self.until = at + self.length;
        }
        let rolled = at >= self.until;
        if rolled {
            self.current = (self.current + 1) % PARTS;
            self.parts[self.current] = i64::MAX;
            self.until = at + self.length;
        }
        self.parts[self.current] = self.parts[self.current].min(value);
        self.least = self.parts.iter().copied().min().unwrap_or(value);
        rolled
    }

    /// The least value of the sub-window before the present one.
    pub(crate) fn last_part(&self) -> i64 {
        self.parts[(self.current + PARTS - 1) % PARTS]
    }

    /// Those of the three sub-windows before the present one, the oldest first; `i64::MAX` where there was no value.
    pub(crate) fn complete(&self) -> [i64; PARTS - 1] {
        std::array::from_fn(|back| self.parts[(self.current + 1 + back) % PARTS])
    }

    /// The least value, once there was one.
    pub(crate) const fn get(&self) -> Option<i64> {
        if self.empty { None } else { Some(self.least) }
    }
}
