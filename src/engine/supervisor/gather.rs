//! Control: something to do when several receipts have come home.

use super::{After, Supervisor};
use std::collections::HashMap;

type Then = Box<dyn FnOnce(&mut Supervisor) + Send>;

/// What waits for how many more receipts.
#[derive(Default)]
pub(super) struct Gathers {
    open: HashMap<u64, (usize, Then)>,
    next: u64,
}

impl Supervisor {
    /// Does `then` after `n` calls of what [`gathered`](Self::gathered) returns; at once if `n` is 0.
    pub(super) fn gather(&mut self, n: usize, then: Then) -> u64 {
        let id = self.gathers.next;
        self.gathers.next += 1;
        if n == 0 {
            then(self);
        } else {
            self.gathers.open.insert(id, (n, then));
        }
        id
    }

    pub(super) fn gathered(id: u64) -> After {
        Some(Box::new(move |s, _| s.count_in(id)))
    }

    pub(super) fn count_in(&mut self, id: u64) {
        let Some((left, then)) = self.gathers.open.remove(&id) else { return };
        if left > 1 {
            self.gathers.open.insert(id, (left - 1, then));
        } else {
            then(self);
        }
    }
}
