//! Pure: from mouth to ear: how late what one says is heard by the other, over the time of a call.

use super::lag::Searched;

/// A part that is looked for, s, and by how much the next begins later.
const PART_S: f64 = 1.0;
const STEP_S: f64 = 0.5;
/// What is looked through, ms.
const RANGE_MS: [f64; 2] = [0.0, 1_500.0];
/// What is less alike is not found.
const ALIKE: f64 = 0.5;
/// A block is complete before it is sent, and nobody hears it before that.
const BLOCK_MS: f64 = 10.0;

/// Delays by time.
#[derive(Debug, Clone, Default)]
pub struct Delays {
    /// The middle of a part (s), and its delay (ms) from sample to sample.
    found: Vec<(f64, f64)>,
}

impl Delays {
    /// How late `said` is in `heard`, in parts of which blocks of `speaks` hold half; `alone` are told first, where there are any.
    #[must_use]
    pub fn of(said: &Searched, heard: &Searched, speaks: &[bool], alone: &[bool]) -> Self {
        let by = |blocks: &[bool]| -> Vec<(f64, f64)> {
            let parts = (0..).map(|n| f64::from(n) * STEP_S);
            let parts = parts.take_while(|from| ((from + PART_S) * 100.0) as usize <= blocks.len());
            let full = |from: &f64| {
                let part = &blocks[(from * 100.0) as usize..((from + PART_S) * 100.0) as usize];
                2 * part.iter().filter(|speaks| **speaks).count() >= part.len()
            };
            let found = parts.filter(full).filter_map(|from| {
                let (ms, alike) = said.lag(heard, [from, from + PART_S], RANGE_MS)?;
                (alike >= ALIKE).then_some((from + PART_S / 2.0, ms))
            });
            found.collect()
        };
        let mut found = by(alone);
        if found.is_empty() {
            found = by(speaks);
        }
        Self { found }
    }

    /// From sample to sample, the median, ms.
    #[must_use]
    pub fn usual_ms(&self) -> Option<f64> {
        let mut sorted: Vec<f64> = self.found.iter().map(|found| found.1).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }

    /// From mouth to ear: the median, the least and the greatest, ms.
    #[must_use]
    pub fn mouth_to_ear_ms(&self) -> Option<[f64; 3]> {
        let all = || self.found.iter().map(|found| found.1);
        let least = all().fold(f64::INFINITY, f64::min);
        let most = all().fold(0.0, f64::max);
        Some([self.usual_ms()?, least, most].map(|ms| ms + BLOCK_MS))
    }

    /// From sample to sample at a time, ms: of the part that is next to it.
    #[must_use]
    pub fn at_ms(&self, s: f64) -> Option<f64> {
        let next = self.found.iter().min_by(|a, b| (a.0 - s).abs().total_cmp(&(b.0 - s).abs()));
        next.map(|found| found.1)
    }
}
