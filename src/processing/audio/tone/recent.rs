//! Real-time: the last looks of a tone bank. Not a queue: it is always full, and is read at any distance from the newest
//! sixteen times a block, which is one masked index here and a walk over two slices in a ring buffer of `ringbuf`.

use super::bank::Look;

/// How many are kept: 80 ms.
pub const KEPT: usize = 16;

/// The last looks, newest first.
#[derive(Debug, Clone)]
pub struct Recent {
    looks: [Look; KEPT],
    newest: usize,
}

impl Recent {
    /// Silence.
    pub fn new() -> Self {
        Self { looks: [Look::default(); KEPT], newest: 0 }
    }

    /// Adds one, and forgets the oldest.
    pub fn add(&mut self, look: Look) {
        self.newest = (self.newest + 1) % KEPT;
        self.looks[self.newest % KEPT] = look;
    }

    /// The look `n` hops ago; 0 is the newest.
    pub fn back(&self, n: usize) -> &Look {
        &self.looks[self.newest.wrapping_sub(n) % KEPT]
    }

    /// Silence again.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}
