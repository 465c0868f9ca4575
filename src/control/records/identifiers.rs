//! Control: SSRCs, first sequence numbers and first timestamps (RFC 3550 sections 5.1 and 8.1).
//!
//! **What one call shows of its numbers tells nothing of another's**: each comes from the system's generator by itself
//! (whoever guesses them can put packets into a call without seeing it). A seeded generator
//! serves virtual runs only, so that they are the same each time.

use crate::control::records::random::Random;

/// Where a call's numbers come from.
#[derive(Debug, Clone)]
pub(crate) enum Identifiers {
    /// The system's generator.
    System,
    /// Numbers that follow from a seed: virtual time only.
    Seeded(Random),
}

impl Identifiers {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self::Seeded(Random::new(seed))
    }

    pub(crate) fn next(&mut self) -> u64 {
        match self {
            // Where the system has no generator, the standard library's keys, which it drew at the process' start.
            Self::System => getrandom::u64().unwrap_or_else(|_| keyed()),
            Self::Seeded(random) => random.next(),
        }
    }

    /// A number beside the others, which stay what they would have been.
    pub(crate) fn beside(&self, which: u64) -> u64 {
        let mut own = match self {
            Self::System => Self::System,
            Self::Seeded(random) => Self::Seeded(Random::new(random.clone().next() ^ 0x5254_4350 ^ which)),
        };
        own.next()
    }
}

fn keyed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests;
