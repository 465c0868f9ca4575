//! Pure: hysteresis for shedding: quality goes down in steps while the load stays high, and back up when it stays low.
//!
//! One update per second or per report, by the supervisor; what a step does is the caller's business. After each step
//! the count begins anew, so that the step can show in the load before the next one is taken.

/// When to take a step and when to take it back. All within 0.0..=2.0, `leave` < `enter`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Load from which on quality is shed.
    pub enter: f32,
    /// Load down to which it must fall before quality is given back.
    pub leave: f32,
    /// Updates in a row at or over `enter` before a step down, at least 1.
    pub enter_after: u16,
    /// Updates in a row at or under `leave` before a step back up, at least 1.
    pub leave_after: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { enter: 0.85, leave: 0.6, enter_after: 2, leave_after: 10 }
    }
}

/// A change of the level of shedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShedChange {
    /// Shed one step more: now at this level.
    Down(u8),
    /// One step given back: now at this level.
    Up(u8),
}

/// The level of shedding, 0 = full quality. Real-time safe.
#[derive(Debug, Clone)]
pub struct Shedder {
    thresholds: Thresholds,
    deepest: u8,
    level: u8,
    high: u16,
    low: u16,
}

impl Shedder {
    /// With `deepest` steps to take; `None` if the thresholds are out of order or range.
    pub fn new(thresholds: Thresholds, deepest: u8) -> Option<Self> {
        let Thresholds { enter, leave, enter_after, leave_after } = thresholds;
        let valid = (0.0..=2.0).contains(&enter) && (0.0..enter).contains(&leave) && enter_after > 0 && leave_after > 0;
        valid.then_some(Self { thresholds, deepest, level: 0, high: 0, low: 0 })
    }

    /// Steps taken so far.
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// Takes the load now; between the thresholds nothing is counted. A NaN counts as neither.
    pub fn update(&mut self, load: f32) -> Option<ShedChange> {
        self.high = if load >= self.thresholds.enter { self.high.saturating_add(1) } else { 0 };
        self.low = if load <= self.thresholds.leave { self.low.saturating_add(1) } else { 0 };
        if self.high >= self.thresholds.enter_after && self.level < self.deepest {
            (self.level, self.high) = (self.level + 1, 0);
            return Some(ShedChange::Down(self.level));
        }
        if self.low >= self.thresholds.leave_after && self.level > 0 {
            (self.level, self.low) = (self.level - 1, 0);
            return Some(ShedChange::Up(self.level));
        }
        None
    }
}

#[cfg(test)]
mod tests;
