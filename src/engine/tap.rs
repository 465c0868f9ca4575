//! Control: a tap in the embedder's hands.

use crate::engine::session_handle::MediaSessionHandle;
use crate::types::SampleRate;
use crate::worker::PcmReader;

/// A copy of what a session's caller says. Dropping it closes it.
#[derive(Debug)]
pub struct Tap {
    session: MediaSessionHandle,
    number: u64,
    reader: PcmReader,
}

impl Tap {
    pub(super) fn new(session: MediaSessionHandle, number: u64, reader: PcmReader) -> Self {
        Self { session, number, reader }
    }

    /// Pulls as many samples as wait, up to the length of `samples`, and returns how many. Never waits.
    pub fn read(&mut self, samples: &mut [f32]) -> usize {
        self.reader.read(samples)
    }

    /// Samples that wait.
    pub fn available(&self) -> usize {
        self.reader.available()
    }

    /// The rate in which samples come.
    pub fn rate(&self) -> SampleRate {
        self.reader.rate()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        // Nobody is left to hear the answer.
        drop(self.session.untap(self.number));
    }
}
