//! Pure: digits as sessions tell and take them: an event received, and a string of events to send.

use super::TelephoneEvent;

/// A digit that the peer pressed, or flash.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, TelephoneEventFormat, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let events = TelephoneEventFormat::new(101, 8000);
/// let mut sessions = Vec::new();
/// for name in ["a", "b"] {
///     let params = MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(events);
///     sessions.push(engine.complete(handle.create_media_session(name, params))?);
/// }
/// for (from, to) in [(0, 1), (1, 0)] {
///     let remote = sessions[to].local_address().unwrap();
///     engine.complete(sessions[from].set_remote(remote))?;
/// }
/// engine.complete(sessions[0].send_digits("5#", 100))?; // as events (RFC 4733): they were negotiated
/// engine.run_for(Duration::from_secs(1));
/// let pressed = engine.complete(sessions[1].take_digits())?;
/// let pressed: String = pressed.iter().map(|digit| digit.event.as_char()).collect();
/// assert_eq!(pressed, "5#");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digit {
    /// Which.
    pub event: TelephoneEvent,
    /// How long it was held, ms.
    pub duration_ms: u32,
    /// Its end never came: the duration is what was heard of it.
    pub end_lost: bool,
}

/// Digits to send one after another, with their length, the pause after each, and their level.
///
/// Sent by [`send_digit_string`](crate::MediaSessionHandle::send_digit_string).
///
/// ```
/// use media_core::codec::{DigitFault, DigitString};
///
/// let pin = DigitString::parse("12#", 80)?.with_pause(60)?;
/// assert_eq!((pin.events().count(), pin.milliseconds(), pin.pause_ms()), (3, 80, 60));
/// assert_eq!(DigitString::parse("12x", 80), Err(DigitFault::NotADigit(Some('x'))));
/// # Ok::<(), DigitFault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitString {
    codes: [u8; Self::MOST],
    count: u8,
    volume: u8,
    milliseconds: u16,
    pause_ms: u16,
}

/// Why digits cannot be sent as asked: nothing is cut to what is possible.
///
/// Example: [`DigitString`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DigitFault {
    /// A character that is no digit, or no character at all.
    #[error("{0:?} is no digit: 0-9 * # A-D and ! (flash) are")]
    NotADigit(Option<char>),
    /// More digits than one string holds.
    #[error("{0} digits are too many for one string: up to 32 can be sent")]
    TooMany(usize),
    /// A length, pause or level out of range.
    #[error("{field} = {value}: must be {legal}")]
    OutOfRange {
        /// Of what.
        field: &'static str,
        /// What was asked.
        value: u32,
        /// What would be legal.
        legal: &'static str,
    },
}

impl DigitString {
    /// The most digits of one string.
    pub const MOST: usize = 32;
    /// The level of digits unless another is asked for, dBm0 without the sign.
    pub const USUAL_VOLUME: u8 = 10;

    /// From `0`–`9`, `*`, `#`, `A`–`D` in either case and `!` for flash, each of `milliseconds` (40 to 8,000) at -10 dBm0,
    /// with a pause of at least 50 ms after each.
    ///
    /// # Errors
    /// [`DigitFault`]: no digit, too many, a length out of range.
    pub fn parse(digits: &str, milliseconds: u32) -> Result<Self, DigitFault> {
        let milliseconds = in_range("digit length (ms)", milliseconds)?;
        let volume = Self::USUAL_VOLUME;
        let mut string = Self { codes: [0; Self::MOST], count: 0, volume, milliseconds, pause_ms: 50 };
        if digits.is_empty() {
            return Err(DigitFault::NotADigit(None));
        }
        for digit in digits.chars() {
            let event = TelephoneEvent::from_char(digit).ok_or(DigitFault::NotADigit(Some(digit)))?;
            let place = string.codes.get_mut(usize::from(string.count));
            *place.ok_or(DigitFault::TooMany(digits.chars().count()))? = event.code();
            string.count += 1;
        }
        Ok(string)
    }

    /// With a pause of at least `milliseconds` (40 to 8,000) after each digit.
    ///
    /// # Errors
    /// [`DigitFault::OutOfRange`].
    pub fn with_pause(mut self, milliseconds: u32) -> Result<Self, DigitFault> {
        self.pause_ms = in_range("pause after a digit (ms)", milliseconds)?;
        Ok(self)
    }

    /// At another level: dBm0 without the sign, 0 to 63 (RFC 4733 section 2.3.3).
    ///
    /// # Errors
    /// [`DigitFault::OutOfRange`].
    pub fn with_volume(mut self, volume: u32) -> Result<Self, DigitFault> {
        let legal = "0 to 63 (dBm0 without the sign)";
        let fault = DigitFault::OutOfRange { field: "volume of digits", value: volume, legal };
        self.volume = u8::try_from(volume).ok().filter(|volume| *volume <= 63).ok_or(fault)?;
        Ok(self)
    }

    /// The events in order.
    pub fn events(&self) -> impl Iterator<Item = TelephoneEvent> + '_ {
        self.codes.iter().take(usize::from(self.count)).filter_map(|&code| TelephoneEvent::from_code(code))
    }

    /// The length of each, ms.
    pub fn milliseconds(&self) -> u32 {
        u32::from(self.milliseconds)
    }

    /// The least pause after each, ms.
    pub fn pause_ms(&self) -> u32 {
        u32::from(self.pause_ms)
    }

    /// The power level of each, dBm0 without the sign.
    pub fn volume(&self) -> u8 {
        self.volume
    }
}

fn in_range(field: &'static str, value: u32) -> Result<u16, DigitFault> {
    let fault = DigitFault::OutOfRange { field, value, legal: "40 to 8000" };
    u16::try_from(value).ok().filter(|ms| (40..=8_000).contains(ms)).ok_or(fault)
}
