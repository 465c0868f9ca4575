//! Control: what goes beside a session's audio under payload types of its own: telephone events.

use crate::codec::audio::dtmf::EventClock;
use crate::codec::negotiation::NegotiatedEvents;
use crate::error::{ConfigError, SessionError};
use crate::session::payload_type::check_payload_type;

/// `telephone-event` as it was negotiated (RFC 4733): digits and flash both ways.
///
/// Its clock rate should be the audio's (RFC 4733 section 2.1); where a peer has Opus with events at 8,000 Hz, durations
/// are counted at its rate and timestamps at the audio's, as such peers do.
///
/// Example: [`Digit`](crate::codec::Digit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct TelephoneEventFormat {
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
    /// The payload type that is sent.
    pub send_payload_type: u8,
    /// The clock rate of its `rtpmap`, Hz.
    pub clock_rate: u32,
}

impl TelephoneEventFormat {
    /// The same payload type both ways.
    pub fn new(payload_type: u8, clock_rate: u32) -> Self {
        Self { receive_payload_type: payload_type, send_payload_type: payload_type, clock_rate }
    }

    pub(super) fn check(&self) -> Result<(), SessionError> {
        check_payload_type(self.receive_payload_type)?;
        check_payload_type(self.send_payload_type)?;
        let legal = "8000 to 192000 Hz";
        let wrong = || SessionError::Parameter(ConfigError::new("clock_rate", self.clock_rate, legal));
        if (8_000..=192_000).contains(&self.clock_rate) { Ok(()) } else { Err(wrong()) }
    }

    /// Its clock beside audio of that RTP clock rate.
    pub(super) fn clock(&self, audio: u32) -> EventClock {
        EventClock::mixed(self.clock_rate, audio)
    }
}

impl From<&NegotiatedEvents> for TelephoneEventFormat {
    fn from(events: &NegotiatedEvents) -> Self {
        Self {
            receive_payload_type: events.receive_payload_type,
            send_payload_type: events.send_payload_type,
            clock_rate: events.clock_rate,
        }
    }
}
