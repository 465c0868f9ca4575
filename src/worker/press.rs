//! Real-time: one press of a key, told once: by a telephone event, or by its tone in the audio, whichever comes first.
//!
//! Peers that negotiated events may leave the tone in their audio. It comes later than the event, held back by the jitter
//! buffer, or sooner, where the peer finds the digit itself.

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::types::TickNumber;

/// For so many blocks after a digit is over, the same digit by the other way is still the same press.
const SAME_PRESS: u64 = 30;

/// How a digit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Event,
    Tone,
}

/// The last press.
#[derive(Debug, Clone, Copy)]
struct Press {
    event: TelephoneEvent,
    way: Way,
    open: bool,
    at: TickNumber,
}

/// What is known of a peer's presses.
#[derive(Debug, Default)]
pub(super) struct Presses {
    last: Option<Press>,
    /// A digit that came this way is a press that the other way told.
    ignored: [bool; 2],
}

impl Presses {
    /// A digit begins; whether it is a new press.
    pub(super) fn begin(&mut self, event: TelephoneEvent, way: Way, at: TickNumber) -> bool {
        let told = self.last.is_some_and(|last| {
            last.way != way && last.event == event && (last.open || at.since(last.at) <= SAME_PRESS)
        });
        if !told {
            self.last = Some(Press { event, way, open: true, at });
        }
        self.ignored[way as usize] = told;
        !told
    }

    /// A digit is over; whether it was a press of its own.
    pub(super) fn end(&mut self, event: TelephoneEvent, way: Way, at: TickNumber) -> bool {
        if std::mem::take(&mut self.ignored[way as usize]) {
            return false;
        }
        if let Some(last) = self.last.as_mut().filter(|last| last.way == way && last.event == event) {
            (last.open, last.at) = (false, at);
        }
        true
    }

    /// Whether a tone lasts that was told.
    pub(super) fn is_sounding(&self) -> bool {
        self.last.is_some_and(|last| last.way == Way::Tone && last.open)
    }

    /// Nobody listens for tones any more.
    pub(super) fn forget_tone(&mut self) {
        self.ignored[Way::Tone as usize] = false;
        if let Some(last) = self.last.as_mut().filter(|last| last.way == Way::Tone) {
            last.open = false;
        }
    }
}
