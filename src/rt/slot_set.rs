//! Real-time: a set of small indices as a bitmap: what is active this tick, walked in ascending order.

/// A fixed-capacity set of indices below `capacity`.
#[derive(Debug, Clone)]
pub struct SlotSet {
    words: Box<[u64]>,
}

impl SlotSet {
    /// An empty set for indices below `capacity`. Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(capacity: usize) -> Self {
        Self { words: vec![0; capacity.div_ceil(64)].into_boxed_slice() }
    }

    /// Adds an index; one beyond the capacity is ignored.
    #[inline]
    pub fn insert(&mut self, index: u32) {
        if let Some(word) = self.words.get_mut(index as usize / 64) {
            *word |= 1 << (index % 64);
        }
    }

    /// Removes an index.
    #[inline]
    pub fn remove(&mut self, index: u32) {
        if let Some(word) = self.words.get_mut(index as usize / 64) {
            *word &= !(1 << (index % 64));
        }
    }

    /// Whether the index is in the set.
    #[inline]
    pub fn contains(&self, index: u32) -> bool {
        self.words.get(index as usize / 64).is_some_and(|w| w >> (index % 64) & 1 == 1)
    }

    /// Empties the set.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Adds every member of `other`.
    pub fn union_with(&mut self, other: &Self) {
        for (word, o) in self.words.iter_mut().zip(&other.words) {
            *word |= o;
        }
    }

    /// How many words of 64 indices there are: a batch is one word.
    pub fn batches(&self) -> usize {
        self.words.len()
    }

    /// The members of one batch, as a bitmap of indices `64 * batch + bit`.
    #[inline]
    pub fn batch(&self, batch: usize) -> u64 {
        self.words.get(batch).copied().unwrap_or(0)
    }

    /// How many members there are.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|w| w.count_ones()).sum()
    }
}

/// Takes the lowest member out of a batch's bitmap.
#[inline]
pub fn pop_lowest(bits: &mut u64) -> Option<u32> {
    if *bits == 0 {
        return None;
    }
    let bit = bits.trailing_zeros();
    *bits &= *bits - 1;
    Some(bit)
}
