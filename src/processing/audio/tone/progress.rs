//! Real-time: call-progress tones in the audio: dial tone, ringback, busy, congestion of the plans of
//! [`plan`](super::plan), and special information (ITU-T E.180): by their frequencies and cadences.

mod cadence;
mod params;
mod signal;
#[cfg(test)]
mod tests;

use super::bank::ToneBank;
use super::narrow::Narrow;
use super::queue::Queue;
use super::recent::Recent;
use super::{ToneDetector, ToneEvent};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use cadence::Cadence;
pub use params::CallProgressParams;
use signal::{Finder, HZ};

/// A detector of call-progress tones: each is told once it is known, and its end with how long it lasted, pauses included.
///
/// Known is dial tone after 0.6 s (425 Hz: 1.3 s), ringback of North America after 0.6 s, of Europe a second after its first whole
/// sound, of the United Kingdom with its second sound, busy and congestion with their second sound, special information with its third
/// tone. The dial tone of the United Kingdom is that of North America, and is told as that.
///
/// Example: [`CallProgressParams`].
#[derive(Debug)]
pub struct CallProgressDetector {
    narrow: Narrow,
    bank: ToneBank,
    recent: Recent,
    finder: Finder,
    cadence: Cadence,
    events: Queue,
}

impl CallProgressDetector {
    /// A detector for audio of `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: CallProgressParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self {
            narrow: Narrow::new(rate),
            bank: ToneBank::new(HZ),
            recent: Recent::new(),
            finder: Finder::new(params.least_power()),
            cadence: Cadence::default(),
            events: Queue::default(),
        })
    }
}

impl ToneDetector for CallProgressDetector {
    fn process(&mut self, block: &[f32]) -> Result<Option<ToneEvent>, StageFault> {
        let narrow = self.narrow.block(block)?;
        self.events.age();
        for look in self.bank.looks(&narrow) {
            self.recent.add(look);
            let found = self.finder.find(&self.bank, &self.recent);
            for event in self.cadence.step(found, look.total).into_iter().flatten() {
                self.events.add(event);
            }
        }
        Ok(self.events.pop())
    }

    fn reset(&mut self) {
        self.narrow.reset();
        self.bank.reset();
        self.recent.reset();
        self.finder.reset();
        self.cadence = Cadence::default();
        self.events = Queue::default();
    }
}
