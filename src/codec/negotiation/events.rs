//! Pure: sets of telephone events (RFC 4733 section 2.4.1: the `events` list, for example `0-15,66,70`).

use std::fmt;

/// A set of event codes 0..=255.
///
/// ```
/// use media_core::codec::EventSet;
///
/// let theirs = EventSet::parse("0-15,66").unwrap(); // of `a=fmtp:101 0-15,66`
/// assert_eq!(theirs.and(EventSet::DIGITS), EventSet::DIGITS);
/// assert!(theirs.contains(66) && !theirs.contains(16));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EventSet([u64; 4]);

impl EventSet {
    /// The digits `0`–`9`, `*`, `#`, `A`–`D`: what an absent list means (RFC 4733 section 2.4.1).
    pub const DIGITS: Self = Self([0xffff, 0, 0, 0]);
    /// The digits and flash: what this library sends and reports.
    pub const SUPPORTED: Self = Self([0x1_ffff, 0, 0, 0]);

    /// From a list of codes and ranges; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut set = Self::default();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (u8, u8) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            if first > last {
                return None;
            }
            (first..=last).for_each(|code| set.0[usize::from(code / 64)] |= 1 << (code % 64));
        }
        Some(set)
    }

    /// Whether it holds `code`.
    pub fn contains(&self, code: u8) -> bool {
        self.0[usize::from(code / 64)] >> (code % 64) & 1 == 1
    }

    /// What both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }
}

impl fmt::Display for EventSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut code, mut comma) = (0u16, "");
        while code < 256 {
            let end = (code..256).take_while(|&c| self.contains(c as u8)).last();
            if let Some(end) = end {
                write!(f, "{comma}{code}")?;
                if end > code {
                    write!(f, "-{end}")?;
                }
                (comma, code) = (",", end);
            }
            code += 1;
        }
        Ok(())
    }
}
