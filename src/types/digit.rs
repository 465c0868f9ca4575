//! Pure: digits as sessions tell and take them: an event received, and a string of events to send.

use crate::codec::audio::dtmf::TelephoneEvent;

/// A digit that the peer pressed, or flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digit {
    /// Which.
    pub event: TelephoneEvent,
    /// How long it was held, ms.
    pub duration_ms: u32,
    /// Its end never came: the duration is what was heard of it.
    pub end_lost: bool,
}

/// Digits to send one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitString {
    codes: [u8; Self::MOST],
    count: u8,
    volume: u8,
    milliseconds: u16,
}

impl DigitString {
    /// The most digits of one string.
    pub const MOST: usize = 32;

    /// From `0`–`9`, `*`, `#`, `A`–`D` in either case and `!` for flash, each of `milliseconds` (40 to 8,000) at -10 dBm0.
    ///
    /// # Errors
    /// The first character that is none of them, or `None` for more than [`MOST`](Self::MOST).
    pub fn parse(digits: &str, milliseconds: u32) -> Result<Self, Option<char>> {
        let milliseconds = milliseconds.clamp(40, 8_000) as u16;
        let mut string = Self { codes: [0; Self::MOST], count: 0, volume: 10, milliseconds };
        for digit in digits.chars() {
            let event = TelephoneEvent::from_char(digit).ok_or(Some(digit))?;
            *string.codes.get_mut(usize::from(string.count)).ok_or(None)? = event.code();
            string.count += 1;
        }
        Ok(string)
    }

    /// The events in order.
    pub fn events(&self) -> impl Iterator<Item = TelephoneEvent> + '_ {
        self.codes.iter().take(usize::from(self.count)).filter_map(|&code| TelephoneEvent::from_code(code))
    }

    /// The length of each, ms.
    pub fn milliseconds(&self) -> u32 {
        u32::from(self.milliseconds)
    }

    /// The power level of each, dBm0 without the sign.
    pub fn volume(&self) -> u8 {
        self.volume
    }
}
