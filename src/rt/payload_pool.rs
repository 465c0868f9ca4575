//! Real-time: where the payloads of one receive path wait for their playout.
//!
//! **Each path has memory of its own, made with it by what its codec and its greatest delay may have waiting**
//! ([`PayloadPlan`]): no traffic of other sessions can take it, and it moves along with its leg. A payload lies in a run of
//! cells, the first that fits, so that a path which holds little keeps to the same few lines of the cache. Where packets
//! of unlike length leave gaps that are too short, [`close_gaps`](PayloadPool::close_gaps) makes one of them, so that what
//! was planned has room in whatever order it comes.

use super::payload_plan::{MAX_CELLS, PayloadPlan};

/// A payload's place. Copyable, as the jitter buffer keeps it; whoever takes it out of the buffer frees it exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadSlot {
    cell: u8,
    format: u8,
    length: u16,
}

const _: () = assert!(MAX_CELLS <= 1 << u8::BITS && size_of::<PayloadSlot>() == 4);

impl PayloadSlot {
    /// The same place, with a note of which of the leg's formats (0 to 15) the payload is.
    #[must_use]
    pub const fn with_format(self, format: u8) -> Self {
        Self { format, ..self }
    }

    /// Which of the leg's formats the payload is.
    pub const fn format(self) -> u8 {
        self.format
    }
}

const WORDS: usize = MAX_CELLS / 64;
/// The most usual length of a payload: G.711 of 20 ms.
const LIKELY: usize = 160;

/// The memory. Built (and touched) by the control side.
#[derive(Debug)]
pub struct PayloadPool {
    /// A bit for each cell in use; cells beyond the last count as used.
    used: [u64; WORDS],
    octets: Box<[u8]>,
    cell: usize,
    waiting: u32,
}

impl PayloadPool {
    /// Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(plan: PayloadPlan) -> Self {
        // 1 and back to 0, so that the pages are really there and not the kernel's shared zero page.
        let mut octets = vec![1u8; plan.octets()].into_boxed_slice();
        octets.fill(0);
        let mut pool = Self { used: [0; WORDS], octets, cell: plan.cell, waiting: 0 };
        pool.mark(plan.cells, MAX_CELLS, true);
        pool
    }

    /// Copies a payload in. `None` if there is no run of free cells for it: then gaps may be to be closed.
    pub fn store(&mut self, payload: &[u8]) -> Option<PayloadSlot> {
        let length = u16::try_from(payload.len()).ok()?;
        let cells = self.cells(length);
        let mut first = self.used.first().map_or(0, |word| word.trailing_ones() as usize);
        let mut end = first + cells;
        // Most often there is room among the first 64; then without a walk.
        if end > 64 || self.used.first().is_some_and(|word| word & run(first, end) != 0) {
            (first, end) = self.search(cells)?;
        }
        let start = first * self.cell;
        self.octets.get_mut(start..start + payload.len())?.copy_from_slice(payload);
        self.mark(first, end, true);
        self.waiting += 1;
        Some(PayloadSlot { cell: first as u8, format: 0, length })
    }

    /// The first run of that many free cells: where it begins and ends.
    #[cold]
    fn search(&self, cells: usize) -> Option<(usize, usize)> {
        let mut first = self.next(0, false);
        let mut end = self.next(first, true);
        while end - first < cells {
            first = self.next(end, false);
            end = self.next(first, true);
            if first == MAX_CELLS {
                return None;
            }
        }
        Some((first, first + cells))
    }

    /// Whether the free cells would hold a payload of that length if they lay together.
    pub fn has_room_for(&self, length: usize) -> bool {
        let used: u32 = self.used.iter().map(|word| word.count_ones()).sum();
        length.div_ceil(self.cell).max(1) <= MAX_CELLS - used as usize
    }

    /// Moves all payloads together. `visit` calls what it is given for the place of each that waits, which changes; called
    /// twice. If it knows of fewer than wait, nothing is moved.
    pub fn close_gaps(&mut self, mut visit: impl FnMut(&mut dyn FnMut(&mut PayloadSlot))) {
        let (mut runs, mut found) = ([0u16; MAX_CELLS], 0);
        visit(&mut |slot| {
            if let Some(run) = runs.get_mut(usize::from(slot.cell)) {
                *run = self.cells(slot.length) as u16;
                found += 1;
            }
        });
        debug_assert_eq!(found, self.waiting, "a payload that nobody knows of waits");
        if found != self.waiting {
            return;
        }
        let mut to = 0;
        for (from, run) in runs.iter_mut().enumerate().filter(|(_, run)| **run > 0) {
            let cells = usize::from(std::mem::replace(run, to as u16));
            self.octets.copy_within(from * self.cell..(from + cells) * self.cell, to * self.cell);
            to += cells;
        }
        visit(&mut |slot| slot.cell = runs.get(usize::from(slot.cell)).map_or(0, |to| *to as u8));
        self.mark(0, to, true);
        self.mark(to, self.octets.len() / self.cell, false);
    }

    /// The octets of a payload; none if its place is free.
    pub fn octets(&self, slot: PayloadSlot) -> &[u8] {
        if !self.holds(slot) {
            return &[];
        }
        let start = usize::from(slot.cell) * self.cell;
        self.octets.get(start..start + usize::from(slot.length)).unwrap_or(&[])
    }

    /// Gives a place back. One that is free already is a defect: it panics in debug builds, else it is ignored, so that no
    /// place is ever given out twice.
    pub fn free(&mut self, slot: PayloadSlot) {
        let held = self.holds(slot);
        debug_assert!(held, "a payload was freed twice");
        if held {
            let first = usize::from(slot.cell);
            self.mark(first, first + self.cells(slot.length), false);
            self.waiting -= 1;
        }
    }

    /// Asks the cache for the cells that the next payload will take, most likely.
    pub fn prefetch(&self) {
        let first = self.used.first().map_or(0, |word| word.trailing_ones() as usize) * self.cell;
        crate::rt::prefetch_all(self.octets.get(first..first + LIKELY).unwrap_or_default());
    }

    /// Payloads that wait.
    pub fn in_use(&self) -> usize {
        self.waiting as usize
    }

    fn cells(&self, length: u16) -> usize {
        // 32 bits divide faster than 64.
        u32::from(length).div_ceil(self.cell as u32).max(1) as usize
    }

    fn holds(&self, slot: PayloadSlot) -> bool {
        let cell = usize::from(slot.cell);
        self.used.get(cell / 64).is_some_and(|word| word >> (cell % 64) & 1 == 1)
    }

    /// The first cell from `at` on that is used, or free.
    fn next(&self, at: usize, used: bool) -> usize {
        let flip = if used { 0 } else { u64::MAX };
        let mut from = u64::MAX << (at % 64);
        for (index, word) in self.used.iter().enumerate().skip(at / 64) {
            let bits = (word ^ flip) & std::mem::replace(&mut from, u64::MAX);
            if bits != 0 {
                return index * 64 + bits.trailing_zeros() as usize;
            }
        }
        MAX_CELLS
    }

    fn mark(&mut self, first: usize, end: usize, used: bool) {
        if end <= 64
            && first < end
            && let Some(word) = self.used.first_mut()
        {
            let bits = run(first, end);
            if used {
                *word |= bits
            } else {
                *word &= !bits
            }
            return;
        }
        for (index, word) in self.used.iter_mut().enumerate().take(end.div_ceil(64)).skip(first / 64) {
            let low = first.saturating_sub(index * 64);
            let high = (end - index * 64).min(64);
            let bits = (u64::MAX << low) & (u64::MAX >> (64 - high));
            if used { *word |= bits } else { *word &= !bits }
        }
    }
}

/// The bits of the cells from `first` to before `end`, which are of the first 64 and at least one.
const fn run(first: usize, end: usize) -> u64 {
    (u64::MAX << first) & (u64::MAX >> (64 - end))
}
