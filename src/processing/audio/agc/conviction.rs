//! Real-time: how sure it is that somebody talks. A voice detector takes a key stroke, a bark or a breath for half a voice now
//! and then, for a block or for some; talkers are heard clearly for a good part of half a second. What does not last neither
//! says how loud the talker is nor moves the gain.

#[cfg(test)]
mod tests;

/// The probabilities from which on a block is likely, and surely, speech; the latter counts so many times.
const LIKELY: f32 = 0.8;
const SURE: f32 = 0.9;
const WEIGHT: u32 = 3;
/// Blocks of 10 ms that are looked back on.
const LOOK_BACK: u32 = 60;
/// What they come to before the gain moves at all, and from which on it moves as fast as it may.
const LEAST: u32 = 15;
const ENOUGH: u32 = 40;

/// What was heard lately.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conviction {
    /// Which of the last blocks were likely and which surely speech, newest in bit 0.
    likely: u64,
    sure: u64,
}

impl Conviction {
    /// Takes the probability of speech in a block, and whether its sound lasts.
    pub fn update(&mut self, voice: f32, sustained: bool) {
        let next = |past: u64, probability| {
            (past << 1 | u64::from(voice >= probability && sustained)) & ((1 << LOOK_BACK) - 1)
        };
        (self.likely, self.sure) = (next(self.likely, LIKELY), next(self.sure, SURE));
    }

    fn weight(&self) -> u32 {
        self.likely.count_ones() + (WEIGHT - 1) * self.sure.count_ones()
    }

    /// Which part of its greatest pace the gain may move at, 0 to 1.
    pub fn pace(&self) -> f64 {
        f64::from(self.weight().saturating_sub(LEAST).min(ENOUGH - LEAST)) / f64::from(ENOUGH - LEAST)
    }

    /// Whether what is heard says how loud the talker is.
    pub fn holds(&self) -> bool {
        self.weight() > LEAST
    }
}
