//! Pure: the names of the marks that wait: the port knows them by number. It has a bound for them, and with it this has.

use std::collections::HashMap;

/// See the head of the file.
#[derive(Debug, Default)]
pub(super) struct Marks {
    names: HashMap<u64, String>,
    next: u64,
}

impl Marks {
    /// The number of another mark.
    pub(super) fn put(&mut self, name: String) -> u64 {
        self.next += 1;
        self.names.insert(self.next, name);
        self.next
    }

    /// The name of one that waits no more.
    pub(super) fn take(&mut self, id: u64) -> String {
        self.names.remove(&id).unwrap_or_default()
    }
}
