//! Real-time: one press of a key, told once: by a telephone event, or by its tone in the audio, whichever comes first.
//!
//! Peers that negotiated events may leave the tone in their audio. It comes later than the event, held back by the jitter
//! buffer, or sooner, where the peer finds the digit itself.

#[cfg(test)]
mod tests;

use crate::codec::audio::dtmf::TelephoneEvent;

use crate::types::TickNumber;

/// For so many blocks after a digit began, the same digit by the other way is the same press.
const SAME_PRESS: u64 = 40;
/// Presses that may wait for their other half.
const RECENT: usize = 8;

/// How a digit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum Way {
    Event,
    Tone,
}

/// A press of which one half was told.
#[derive(Debug, Clone, Copy)]
struct Press {
    event: TelephoneEvent,
    way: Way,
    at: TickNumber,
}

/// What is known of a peer's presses.
#[derive(Debug, Default)]
pub(in crate::worker) struct Presses {
    /// The last ones, oldest first.
    recent: [Option<Press>; RECENT],
    /// Per way: what lasts is the other half of a press that was told.
    other_half: [bool; 2],
    /// A tone lasts that was told.
    sounds: bool,
}

impl Presses {
    /// A digit begins; whether it is a new press.
    pub(in crate::worker) fn begin(&mut self, event: TelephoneEvent, way: Way, at: TickNumber) -> bool {
        let is_half =
            |p: &Option<Press>| p.is_some_and(|p| p.way != way && p.event == event && at.since(p.at) <= SAME_PRESS);
        let half = self.recent.iter_mut().find(|p| is_half(p)).and_then(Option::take);
        let fresh = half.is_none();
        if fresh {
            self.recent.rotate_left(1);
            if let Some(newest) = self.recent.last_mut() {
                *newest = Some(Press { event, way, at });
            }
        }
        self.other_half[way as usize] = !fresh;
        self.sounds |= fresh && way == Way::Tone;
        fresh
    }

    /// The digit of that way is over; whether it was a press of its own.
    pub(in crate::worker) fn end(&mut self, way: Way) -> bool {
        if way == Way::Tone {
            self.sounds = false;
        }
        !std::mem::take(&mut self.other_half[way as usize])
    }

    /// Whether a tone lasts that was told.
    pub(in crate::worker) fn is_sounding(&self) -> bool {
        self.sounds
    }

    /// Nobody listens for tones any more.
    pub(in crate::worker) fn forget_tone(&mut self) {
        self.end(Way::Tone);
    }
}
