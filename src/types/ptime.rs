//! Pure: packet time, counted in blocks of 10 ms.

use std::fmt;
use std::time::Duration;

/// The length of the engine's block in ms. Frames are one block long; packets are a whole number of blocks.
pub const BLOCK_MS: u32 = 10;

/// Packet time (`ptime`, RFC 8866): how much audio an RTP packet carries, 10 to 60 ms in steps of 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ptime(u8);

impl Ptime {
    /// The usual 20 ms.
    pub const MS20: Self = Self(2);
    /// The longest, 60 ms.
    pub const MAX: Self = Self(6);

    /// From ms: 10, 20, 30, 40, 50 or 60, else `None`.
    pub const fn from_ms(ms: u32) -> Option<Self> {
        if ms.is_multiple_of(BLOCK_MS) && ms >= BLOCK_MS && ms <= 60 { Some(Self((ms / BLOCK_MS) as u8)) } else { None }
    }

    /// In ms.
    pub const fn ms(self) -> u32 {
        self.0 as u32 * BLOCK_MS
    }

    /// In blocks of 10 ms.
    pub const fn blocks(self) -> u8 {
        self.0
    }

    /// As a duration.
    pub const fn duration(self) -> Duration {
        Duration::from_millis(self.ms() as u64)
    }
}

impl Default for Ptime {
    fn default() -> Self {
        Self::MS20
    }
}

impl fmt::Display for Ptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.ms())
    }
}
