//! Pure: which binding a session has: chains through fixed tables, so that looking up, adding and removing never
//! allocate.

use crate::types::SessionId;

const NONE: u32 = u32::MAX;

/// Sessions to binding indices. Registry indices are dense, so a chain is one entry long as a rule.
#[derive(Debug)]
pub(super) struct SessionIndex {
    // By session index, modulo the length, which is a power of two.
    first: Box<[u32]>,
    // By binding index.
    next: Box<[u32]>,
}

impl SessionIndex {
    /// For binding indices below `capacity`. Allocates: control side.
    pub fn new(capacity: usize) -> Self {
        let chains = capacity.next_power_of_two();
        Self { first: vec![NONE; chains].into_boxed_slice(), next: vec![NONE; capacity].into_boxed_slice() }
    }

    fn chain(&self, session: SessionId) -> usize {
        session.index as usize & (self.first.len() - 1)
    }

    /// The binding of a session; `owner` tells whose a binding is.
    pub fn find(&self, session: SessionId, owner: impl Fn(u32) -> Option<SessionId>) -> Option<u32> {
        let mut index = *self.first.get(self.chain(session))?;
        // A chain is no longer than the table; the bound makes that plain.
        for _ in 0..self.next.len() {
            let next = *self.next.get(index as usize)?;
            if owner(index) == Some(session) {
                return Some(index);
            }
            index = next;
        }
        None
    }

    /// Adds a binding that is not in it.
    pub fn insert(&mut self, session: SessionId, index: u32) {
        let chain = self.chain(session);
        if let (Some(first), Some(next)) = (self.first.get_mut(chain), self.next.get_mut(index as usize)) {
            *next = std::mem::replace(first, index);
        }
    }

    /// Takes a binding out.
    pub fn remove(&mut self, session: SessionId, index: u32) {
        let chain = self.chain(session);
        let after = self.next.get_mut(index as usize).map_or(NONE, |next| std::mem::replace(next, NONE));
        let Some(first) = self.first.get_mut(chain) else { return };
        if *first == index {
            *first = after;
            return;
        }
        let mut at = *first;
        for _ in 0..self.next.len() {
            let Some(next) = self.next.get_mut(at as usize) else { return };
            if *next == index {
                *next = after;
                return;
            }
            at = *next;
        }
    }
}
