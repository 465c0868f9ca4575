//! Control: a tap in the embedder's hands.

use crate::control::Pending;
use crate::control::verbs::OpenTap;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::TapSource;
use crate::types::PcmTime;
use crate::types::SampleRate;
use crate::worker::PcmReader;

/// A copy of what a session's caller says, hears, or both. Dropping it closes it.
/// Its samples run with time, silence included. Read it on an ordinary thread, at least once a second: what is not read in
/// time is lost, the newest first, and counted; [`position`](Self::position) shows the gap, and the media is not held up.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let session = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let session = engine.complete(session)?;
/// let tap = session.tap();
/// let mut tap = engine.complete(tap)?;
/// engine.run_for(std::time::Duration::from_millis(20));
/// let mut samples = [1.0; 160];
/// assert_eq!((tap.read(&mut samples), tap.rate().hz()), (160, 8_000));
/// assert_eq!(samples, [0.0; 160]); // nobody has spoken yet
/// # Ok::<(), media_core::Error>(())
/// ```
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

    /// Pulls as many samples as wait, up to the length of `samples`, and returns how many: those that follow on each other. It
    /// stops before a gap, and goes on behind it at the next call. Never waits.
    pub fn read(&mut self, samples: &mut [f32]) -> usize {
        self.reader.read(samples)
    }

    /// Leaves out what waits, and returns how many samples that is: who has fallen behind hears what is said now. Not counted as
    /// lost.
    pub fn discard_waiting(&mut self) -> usize {
        self.reader.discard_waiting()
    }

    /// When the sample was heard that is read next; `None`: it is not there yet.
    pub fn position(&self) -> Option<PcmTime> {
        self.reader.position()
    }

    /// Samples that were lost until what was read last, as they were not read in time.
    pub fn lost(&self) -> u64 {
        self.reader.lost()
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

impl MediaSessionHandle {
    /// A copy of what its caller says, as samples. What is not read within a second is dropped and counted; the media is
    /// not held up. Ends pass-through while it is open.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Capacity`](crate::error::SessionError::Capacity).
    pub fn tap(&self) -> Pending<Tap> {
        self.tap_of(TapSource::Said)
    }

    /// A copy of what its caller says, of what is to be heard there, or of both together, as samples: as [`tap`](Self::tap). It
    /// follows the session through bridges, rooms, transfers and to other media threads, at the rate that it began with.
    ///
    /// ```
    /// use media_core::{MediaEngineConfig, MediaSessionParams, SampleRate, TapSource, VirtualEngine};
    ///
    /// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// let handle = engine.handle();
    /// let [a, b] = ["a", "b"].map(|name| handle.create_media_session(name, MediaSessionParams::pcm(SampleRate::Hz8000)));
    /// let (a, b) = (engine.complete(a)?, engine.complete(b)?);
    /// engine.complete(handle.bridge(&a, &b))?;
    /// let mut heard = engine.complete(a.tap_of(TapSource::Heard))?;
    /// let (mut says, _hears) = b.take_pcm().expect("a PCM session's, once");
    /// says.write(&[0.25; 800]);
    /// engine.run_for(std::time::Duration::from_millis(60));
    /// let mut samples = [0.0; 400];
    /// assert!(heard.read(&mut samples) == 400 && samples[399] == 0.25);
    /// # Ok::<(), media_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Capacity`](crate::error::SessionError::Capacity).
    pub fn tap_of(&self, source: TapSource) -> Pending<Tap> {
        let (id, session) = (self.id(), self.clone());
        self.engine().request_made(
            move |tap: OpenTap| Tap::new(session, tap.number, tap.reader),
            move |s, promise| s.tap(id, source, promise),
        )
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        // Nobody is left to hear the answer.
        drop(self.session.untap(self.number));
    }
}
