//! Pure: H.264's `profile-level-id` (RFC 6184 section 8.1): profile, constraint flags and level in three octets.

use std::fmt;

/// `profile-level-id`.
///
/// ```
/// use media_core::codec::{H264Profile, ProfileLevelId};
///
/// let id = ProfileLevelId::parse("42e01f").unwrap();
/// assert_eq!((id.profile(), id), (H264Profile::ConstrainedBaseline, ProfileLevelId::CONSTRAINED_BASELINE_3_1));
/// assert_eq!(ProfileLevelId::parse("42e0"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProfileLevelId {
    idc: u8,
    iop: u8,
    level: u8,
}

/// A sub-profile of H.264: what must be equal on both sides (RFC 6184 table 5, and Constrained High of H.264 A.2.4.2).
///
/// Example: [`ProfileLevelId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum H264Profile {
    /// Constrained Baseline.
    ConstrainedBaseline,
    /// Baseline.
    Baseline,
    /// Main.
    Main,
    /// Extended.
    Extended,
    /// High.
    High,
    /// Constrained High.
    ConstrainedHigh,
    /// Another one, equal only to itself: `profile_idc` and the constraint flags.
    Other(u8, u8),
}

/// Constraint flag `n` of `profile-iop`, counted from the most significant bit.
const fn flag(n: u8) -> u8 {
    0x80 >> n
}

impl ProfileLevelId {
    /// What an absent parameter means: Baseline, level 1 (RFC 6184 section 8.1).
    pub const DEFAULT: Self = Self { idc: 66, iop: 0, level: 10 };
    /// Constrained Baseline, level 3.1 (1280 × 720 at 30 Hz): what telephony endpoints agree on (RFC 7742).
    pub const CONSTRAINED_BASELINE_3_1: Self = Self { idc: 66, iop: 0xe0, level: 31 };

    /// From six hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let [_, idc, iop, level] = u32::from_str_radix(text, 16).ok()?.to_be_bytes();
        Some(Self { idc, iop, level })
    }

    /// The sub-profile.
    pub fn profile(self) -> H264Profile {
        let has = |n| self.iop & flag(n) != 0;
        // Flag 3 of the three old profiles is part of the level (1b), not of the profile.
        match self.idc {
            66 if has(1) => H264Profile::ConstrainedBaseline,
            77 if has(0) => H264Profile::ConstrainedBaseline,
            88 if has(0) && has(1) => H264Profile::ConstrainedBaseline,
            66 => H264Profile::Baseline,
            88 if has(0) => H264Profile::Baseline,
            77 => H264Profile::Main,
            88 => H264Profile::Extended,
            100 if self.iop == 0 => H264Profile::High,
            100 if self.iop == flag(4) | flag(5) => H264Profile::ConstrainedHigh,
            idc => H264Profile::Other(idc, self.iop),
        }
    }

    fn is_old(self) -> bool {
        matches!(self.idc, 66 | 77 | 88)
    }

    /// The level as a number that orders levels: twice `level_idc`, with level 1b between 1 and 1.1.
    pub fn level_order(self) -> u16 {
        let is_1b = if self.is_old() { self.level == 11 && self.iop & flag(3) != 0 } else { self.level == 9 };
        if is_1b { 21 } else { u16::from(self.level) * 2 }
    }

    /// This profile with the lower one of both levels.
    #[must_use]
    pub fn with_lower_level(self, other: Self) -> Self {
        if self.level_order() <= other.level_order() {
            return self;
        }
        let other_is_1b = other.level_order() == 21;
        let (level, iop) = match (other_is_1b, self.is_old()) {
            (true, true) => (11, self.iop | flag(3)),
            (true, false) => (9, self.iop),
            (false, true) => (other.level, self.iop & !flag(3)),
            (false, false) => (other.level, self.iop),
        };
        Self { level, iop, ..self }
    }
}

impl Default for ProfileLevelId {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for ProfileLevelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}{:02x}{:02x}", self.idc, self.iop, self.level)
    }
}
