//! Real-time: sequence numbers of packets that share the stream but hold no audio (telephone events): they are no losses.

/// Numbers that are remembered: five seconds of event packets.
const SPAN: i64 = 256;

/// Which of the last numbers were such packets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NonAudioSequences {
    seen: [u64; SPAN as usize / 64],
    /// The number after the highest one seen.
    end: i64,
    /// How many were seen that are older than the span.
    older: i64,
}

impl NonAudioSequences {
    pub(super) fn insert(&mut self, sequence: i64) {
        if sequence >= self.end + SPAN || sequence < self.end - SPAN {
            *self = Self { end: sequence, ..Self::default() };
        }
        while self.end <= sequence {
            // It takes the place of the one that grows too old.
            self.older += self.between(self.end - SPAN, self.end - SPAN + 1);
            self.put(self.end, false);
            self.end += 1;
        }
        self.put(sequence, true);
    }

    fn put(&mut self, sequence: i64, on: bool) {
        let bit = sequence.rem_euclid(SPAN) as usize;
        if let Some(word) = self.seen.get_mut(bit / 64) {
            *word = *word & !(1 << (bit % 64)) | u64::from(on) << (bit % 64);
        }
    }

    /// What is older than the span has been asked for.
    pub(super) const fn forget_older(&mut self) {
        self.older = 0;
    }

    /// How many of `from..to` were noted, where all that [was forgotten](Self::forget_older) lies before `from`.
    pub(super) fn since(&self, from: i64, to: i64) -> i64 {
        let old = self.end - SPAN - from;
        self.between(from, to) + if old > 0 { self.older.min(old) } else { 0 }
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        let known = from.max(self.end - SPAN)..to.min(self.end);
        let seen = |sequence: &i64| {
            let bit = sequence.rem_euclid(SPAN) as usize;
            self.seen.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
        };
        known.filter(seen).count() as i64
    }
}

#[cfg(test)]
mod tests;
