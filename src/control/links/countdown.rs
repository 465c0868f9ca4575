//! Control: something to do when several receipts have come home.

use std::collections::HashMap;

/// What (`T`) waits for how many more receipts.
pub(crate) struct Countdown<T> {
    open: HashMap<u64, (usize, T)>,
    next: u64,
}

impl<T> Default for Countdown<T> {
    fn default() -> Self {
        Self { open: HashMap::new(), next: 0 }
    }
}

impl<T> Countdown<T> {
    /// `then` is due after `n` arrivals at the number that is returned: given back at once if `n` is 0.
    pub(crate) fn begin(&mut self, n: usize, then: T) -> (u64, Option<T>) {
        let id = self.next;
        self.next += 1;
        if n == 0 {
            return (id, Some(then));
        }
        self.open.insert(id, (n, then));
        (id, None)
    }

    /// One has arrived; what is due by that.
    pub(crate) fn arrive(&mut self, id: u64) -> Option<T> {
        let (left, _) = self.open.get_mut(&id)?;
        *left -= 1;
        if *left > 0 {
            return None;
        }
        self.open.remove(&id).map(|(_, then)| then)
    }
}
