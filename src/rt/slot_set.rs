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

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many members there are.
    pub fn count(&self) -> u32 {
        self.words.iter().map(|w| w.count_ones()).sum()
    }
}

/// A walk over a set in ascending order, a batch at a time: it borrows the set only for each step, so that what is done
/// with a member may change the set. What is put into the batch that the walk is in is not met any more.
///
/// ```
/// # use media_core::rt::{SlotSet, SlotWalk};
/// let mut set = SlotSet::new(100);
/// [3, 70].map(|index| set.insert(index));
/// let (mut walk, mut met) = (SlotWalk::default(), Vec::new());
/// while let Some(index) = walk.next(&set) {
///     set.remove(index);
///     met.push(index);
/// }
/// assert_eq!((met, set.count()), (vec![3, 70], 0));
/// ```
#[derive(Debug, Default)]
pub struct SlotWalk {
    /// The batch after the one that the walk is in.
    next: usize,
    bits: u64,
}

impl SlotWalk {
    /// The next member. Real-time safe.
    #[inline]
    pub fn next(&mut self, set: &SlotSet) -> Option<u32> {
        loop {
            if let Some(bit) = pop_lowest(&mut self.bits) {
                return Some((self.next as u32 - 1) * 64 + bit);
            }
            if self.next >= set.batches() {
                return None;
            }
            self.bits = set.batch(self.next);
            self.next += 1;
        }
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
