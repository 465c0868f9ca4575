//! Pure: packet time, counted in blocks of 10 ms.

use std::fmt;
use std::time::Duration;

/// The length of the engine's block in ms. Frames are one block long; packets are a whole number of blocks.
pub const BLOCK_MS: u32 = 10;

/// Packet time (`ptime`, RFC 8866): how much audio an RTP packet carries, 10 to 60 ms in steps of 10.
///
/// ```
/// use media_core::Ptime;
///
/// assert_eq!(Ptime::default(), Ptime::MS20);
/// assert_eq!(Ptime::from_ms(30).map(Ptime::blocks), Some(3));
/// assert_eq!(Ptime::from_ms(25), None); // no whole number of blocks of 10 ms
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Ptime(u8);

impl Ptime {
    /// The usual 20 ms.
    pub const MS20: Self = Self(2);
    /// The shortest, 10 ms: one block.
    pub const SHORTEST: Self = Self(1);
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

impl TryFrom<u32> for Ptime {
    type Error = &'static str;

    fn try_from(ms: u32) -> Result<Self, Self::Error> {
        Self::from_ms(ms).ok_or("a packet time must be 10, 20, 30, 40, 50 or 60 ms")
    }
}

impl From<Ptime> for u32 {
    fn from(ptime: Ptime) -> Self {
        ptime.ms()
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

/// As [`Display`](fmt::Display): blocks are not what a person counts in.
impl fmt::Debug for Ptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of packet times.
///
/// ```
/// use media_core::Ptime;
/// use media_core::types::PtimeSet;
///
/// let even = PtimeSet::multiples_of(Ptime::MS20); // what an engine with ticks of 20 ms can send
/// assert!(even.contains(Ptime::from_ms(40).unwrap()));
/// assert_eq!(even.nearest_below_ms(50), Ptime::from_ms(40)); // for `a=maxptime:50`
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PtimeSet(u8);

impl PtimeSet {
    /// All six, 10 to 60 ms.
    pub const ALL: Self = Self(0b0111_1110);
    /// What Opus packets can hold: all but 50 ms.
    pub const OPUS: Self = Self(0b0101_1110);

    /// The multiples of `unit`: what a tick, or a codec's frame, of that length allows.
    pub const fn multiples_of(unit: Ptime) -> Self {
        let (mut bits, mut blocks) = (0, unit.0);
        while blocks <= Ptime::MAX.0 {
            bits |= 1 << blocks;
            blocks += unit.0;
        }
        Self(bits)
    }

    /// Whether it holds `ptime`.
    pub const fn contains(self, ptime: Ptime) -> bool {
        self.0 >> ptime.0 & 1 == 1
    }

    /// What both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Without those longer than `ms`.
    #[must_use]
    pub const fn up_to_ms(self, ms: u32) -> Self {
        let blocks = if ms / BLOCK_MS > 6 { 6 } else { ms / BLOCK_MS };
        Self(self.0 & ((2 << blocks) - 1))
    }

    /// Its members, ascending.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Ptime> {
        (1..=Ptime::MAX.0).map(Ptime).filter(move |&p| self.contains(p))
    }

    /// The longest member of at most `ms`, else the shortest member; `None` if it is empty.
    pub fn nearest_below_ms(self, ms: u32) -> Option<Ptime> {
        self.iter().rev().find(|p| p.ms() <= ms).or_else(|| self.iter().next())
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for PtimeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for PtimeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, ptime) in self.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { ", " }, ptime.ms())?;
        }
        f.write_str(" ms")
    }
}
