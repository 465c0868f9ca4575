//! Pure: shedding: what is given up in which order, and the hysteresis: quality goes down in steps while the load stays
//! high, and back up when it stays low.
//!
//! One update each half second, by the supervisor. After each step the count begins anew, so that the step can show in
//! the load before the next one is taken. Stages read the [`ShedLevel`] of their worker.

/// What is given up, in this order: first what nobody hears, last what callers hear most.
///
/// Example: [`ShedLevel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ShedStep {
    /// Levels are not measured (and payloads pass undecoded again where only that kept them from it); voice activity is
    /// told by energy alone.
    Detection = 1,
    /// A delay that is less than 20 ms off is left as it is: no time-stretching for it.
    Stretching,
    /// Noise is suppressed by the cheapest algorithm.
    NoiseSuppression,
    /// Encoders work with the least effort (Opus: complexity 0).
    Encoding,
    /// Gain is controlled over the whole band at once.
    GainControl,
    /// Echo is cancelled with a short tail.
    EchoCancellation,
}

impl ShedStep {
    /// All of them, in the order in which they are taken.
    pub const ALL: [Self; 6] = [
        Self::Detection,
        Self::Stretching,
        Self::NoiseSuppression,
        Self::Encoding,
        Self::GainControl,
        Self::EchoCancellation,
    ];

    /// Its name in tables and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Stretching => "stretching",
            Self::NoiseSuppression => "noise suppression",
            Self::Encoding => "encoding",
            Self::GainControl => "gain control",
            Self::EchoCancellation => "echo cancellation",
        }
    }
}

impl std::fmt::Display for ShedStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// How many steps are taken: 0 is full quality, [`DEEPEST`](Self::DEEPEST) all of them. Real-time safe.
///
/// ```
/// use media_core::{ShedLevel, ShedStep};
///
/// let level = ShedLevel::new(3);
/// assert!(level.sheds(ShedStep::NoiseSuppression) && !level.sheds(ShedStep::Encoding));
/// assert_eq!(level.last_step(), Some(ShedStep::NoiseSuppression));
/// assert!(ShedLevel::FULL_QUALITY < level && level < ShedLevel::DEEPEST);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShedLevel(u8);

impl ShedLevel {
    /// Full quality.
    pub const FULL_QUALITY: Self = Self(0);
    /// Every step taken.
    pub const DEEPEST: Self = Self(ShedStep::ALL.len() as u8);

    /// With that many steps taken; more than there are means all.
    pub const fn new(steps: u8) -> Self {
        if steps < Self::DEEPEST.0 { Self(steps) } else { Self::DEEPEST }
    }

    /// How many steps are taken.
    pub const fn steps(self) -> u8 {
        self.0
    }

    /// Whether this step is taken.
    pub const fn sheds(self, step: ShedStep) -> bool {
        self.0 >= step as u8
    }

    /// The step that was taken last; none at full quality.
    pub fn last_step(self) -> Option<ShedStep> {
        ShedStep::ALL.get(usize::from(self.0).checked_sub(1)?).copied()
    }
}

impl std::fmt::Display for ShedLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.last_step() {
            None => f.pad("full quality"),
            Some(step) => write!(f, "{} of {} steps (last: {step})", self.0, Self::DEEPEST.0),
        }
    }
}

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
