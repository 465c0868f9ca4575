//! Control: what is told of a collection of digits: its number, the digits, how it ended.

use crate::codec::audio::dtmf::TelephoneEvent;
use std::fmt;

/// The number of a collection: no other of the engine's has it.
///
/// Example: [`Collection`](crate::Collection).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CollectionId(pub(crate) u64);

impl fmt::Display for CollectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "d{}", self.0)
    }
}

/// Digits that were collected, in the order in which they were pressed, as text of `0`–`9`, `*`, `#`, `A`–`D`.
///
/// Example: [`Collection`](crate::Collection).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CollectedDigits {
    keys: [u8; Self::MOST],
    count: u8,
}

impl CollectedDigits {
    /// The most of one collection.
    pub const MOST: usize = 32;

    /// Adds one; false, and it is left out, if there is no room.
    pub(crate) fn push(&mut self, key: TelephoneEvent) -> bool {
        let place = self.keys.get_mut(usize::from(self.count));
        let Some(place) = place else { return false };
        *place = key.as_char() as u8;
        self.count += 1;
        true
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        // Only characters of the keys are in it.
        self.keys.get(..usize::from(self.count)).and_then(|keys| std::str::from_utf8(keys).ok()).unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl fmt::Debug for CollectedDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl fmt::Display for CollectedDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<str> for CollectedDigits {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

/// Why a collection of digits is over.
///
/// Example: [`Collection`](crate::Collection).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CollectEnd {
    /// There are as many digits as were asked for.
    Complete,
    /// This key was pressed, and was to end it; it is not among the digits.
    Terminator(TelephoneEvent),
    /// No digit came in the time for the first.
    FirstDigitTimeout,
    /// No further digit came in the time for that.
    InterDigitTimeout,
    /// All of it took too long.
    TotalTimeout,
    /// It was stopped.
    Stopped,
    /// The session ended.
    SessionEnded,
}
