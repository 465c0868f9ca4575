//! Pure: event codes and the four octets of the payload (RFC 4733 sections 2.3 and 3.2).

use std::fmt;

/// What is wrong with an event payload or a request to send an event. Plain data: counted on media threads.
///
/// Example: [`TelephoneEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventFault {
    /// The payload is shorter than four octets.
    #[error("event payload is shorter than four octets")]
    ShortPayload,
    /// An event code above 16: not a digit, not flash.
    #[error("event code {0} is not known: 0 to 16 are")]
    UnknownEvent(u8),
    /// More events wait than the sender holds.
    #[error("too many events are waiting to be sent")]
    QueueFull,
    /// There is no event to finish.
    #[error("no event is open")]
    NotOpen,
}

/// A named event 0..=16: the digits `0`–`9`, `*`, `#`, `A`–`D`, and flash.
///
/// RFC 4733 section 3.2.
///
/// ```
/// use media_core::codec::TelephoneEvent;
///
/// assert_eq!(TelephoneEvent::from_char('#').map(TelephoneEvent::code), Some(11));
/// assert_eq!(TelephoneEvent::from_code(16), Some(TelephoneEvent::FLASH));
/// assert_eq!(TelephoneEvent::from_code(17), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TelephoneEvent(u8);

const NAMES: &[u8; 17] = b"0123456789*#ABCD!";

impl TelephoneEvent {
    /// Hook flash, code 16, written `!`.
    pub const FLASH: Self = Self(16);

    /// From an event code.
    pub const fn from_code(code: u8) -> Option<Self> {
        if code <= 16 { Some(Self(code)) } else { None }
    }

    /// From a digit: `0`–`9`, `*`, `#`, `A`–`D` in either case, `!` for flash.
    pub fn from_char(digit: char) -> Option<Self> {
        let name = u8::try_from(digit).ok()?.to_ascii_uppercase();
        NAMES.iter().position(|&n| n == name).map(|code| Self(code as u8))
    }

    /// The event code.
    pub const fn code(self) -> u8 {
        self.0
    }

    /// The digit.
    pub fn as_char(self) -> char {
        NAMES.get(usize::from(self.0)).copied().map_or('?', char::from)
    }
}

impl fmt::Display for TelephoneEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

/// The payload of one event packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPayload {
    /// Which event.
    pub event: TelephoneEvent,
    /// The E bit: the event is over.
    pub end: bool,
    /// Power level in dBm0 without the sign, 0..=63. Only of meaning for digits.
    pub volume: u8,
    /// How long the event, or its present segment, has lasted, in units of the event clock.
    pub duration: u16,
}

impl EventPayload {
    /// Octets of a payload.
    pub const OCTETS: usize = 4;

    /// Reads a payload. Only its first report counts: several reports in one payload (RFC 4733 section 2.5.1.5) are not
    /// used for digits, and some senders pad.
    ///
    /// # Errors
    /// [`EventFault::ShortPayload`] and [`EventFault::UnknownEvent`].
    pub fn parse(payload: &[u8]) -> Result<Self, EventFault> {
        let &[code, flags, high, low, ..] = payload else { return Err(EventFault::ShortPayload) };
        let event = TelephoneEvent::from_code(code).ok_or(EventFault::UnknownEvent(code))?;
        let duration = u16::from_be_bytes([high, low]);
        Ok(Self { event, end: flags & 0x80 != 0, volume: flags & 0x3f, duration })
    }

    /// Writes the payload.
    pub const fn write(&self) -> [u8; Self::OCTETS] {
        let [high, low] = self.duration.to_be_bytes();
        [self.event.0, (self.end as u8) << 7 | self.volume & 0x3f, high, low]
    }
}
