//! Real-time: decoded audio: what was played lately, and what waits to be played, in one piece of memory.
//!
//! Concealment and stretching look back over the first and ahead over the second as plain slices.

/// Samples in memory: `[.. history | queue ..]`. One channel.
#[derive(Debug)]
pub(crate) struct Timeline {
    samples: Box<[f32]>,
    history: usize,
    /// The history ends and the queue begins here.
    at: usize,
    /// The queue ends here.
    end: usize,
}

impl Timeline {
    /// `history` samples to look back over, and room for `queue` samples to wait.
    #[expect(clippy::disallowed_macros, reason = "control side: the constructor allocates")]
    pub(crate) fn new(history: usize, queue: usize) -> Self {
        // Twice the history, so that samples are moved seldom.
        Self { samples: vec![0.0; 2 * history + queue].into_boxed_slice(), history, at: history, end: history }
    }

    /// Silence behind, nothing ahead.
    pub(crate) fn reset(&mut self) {
        self.samples.fill(0.0);
        (self.at, self.end) = (self.history, self.history);
    }

    /// Asks the cache for where the next block goes.
    pub(crate) fn prefetch(&self) {
        let block = self.history / 6;
        crate::rt::prefetch_all(self.samples.get(self.end..self.end + block).unwrap_or_default());
    }

    /// Samples that wait.
    pub(crate) const fn queued(&self) -> usize {
        self.end - self.at
    }

    /// What was played last, at most the history.
    pub(crate) fn last(&self, n: usize) -> &[f32] {
        self.samples.get(self.at.saturating_sub(n)..self.at).unwrap_or_default()
    }

    /// What waits.
    pub(crate) fn queue(&self) -> &[f32] {
        self.samples.get(self.at..self.end).unwrap_or_default()
    }

    /// Room for `n` more samples behind the queue, to be written by `write`, which returns how many it wrote.
    pub(crate) fn append(&mut self, n: usize, write: impl FnOnce(&[f32], &mut [f32]) -> usize) -> usize {
        self.make_room(n);
        let n = n.min(self.samples.len() - self.end);
        let (before, after) = self.samples.split_at_mut(self.end);
        let written = write(before, after.get_mut(..n).unwrap_or_default()).min(n);
        self.end += written;
        written
    }

    /// Moves `out.len()` samples (what is there of them) from the queue to the history and copies them out.
    pub(crate) fn play(&mut self, out: &mut [f32]) -> usize {
        let n = out.len().min(self.queued());
        if let (Some(to), Some(from)) = (out.get_mut(..n), self.samples.get(self.at..self.at + n)) {
            to.copy_from_slice(from);
        }
        self.at += n;
        n
    }

    /// History and queue in one, with room for `n` more: `change(samples, where the queue begins, where it ends)`
    /// returns where it ends afterwards.
    pub(crate) fn edit(&mut self, n: usize, change: impl FnOnce(&mut [f32], usize, usize) -> usize) {
        self.make_room(n);
        let from = self.at - self.history;
        let samples = self.samples.get_mut(from..).unwrap_or_default();
        let end = change(samples, self.at - from, self.end - from) + from;
        self.end = end.clamp(self.at, self.samples.len());
    }

    /// Takes `n` samples of the queue away unheard.
    pub(crate) fn discard(&mut self, n: usize) {
        let n = n.min(self.queued());
        self.samples.copy_within(self.at + n..self.end, self.at);
        self.end -= n;
    }

    /// All that waits counts as heard.
    pub(crate) const fn pass(&mut self) {
        self.at = self.end;
    }

    /// Enters samples that were played without waiting here. The queue must be empty.
    pub(crate) fn played(&mut self, block: &[f32]) {
        debug_assert_eq!(self.queued(), 0);
        self.append(block.len(), |_, to| {
            to.copy_from_slice(block);
            block.len()
        });
        self.at = self.end;
    }

    /// Moves history and queue to the front when `n` more samples would not fit.
    fn make_room(&mut self, n: usize) {
        if self.end + n > self.samples.len() {
            let from = self.at - self.history;
            self.samples.copy_within(from..self.end, 0);
            self.end -= from;
            self.at -= from;
        }
    }
}
