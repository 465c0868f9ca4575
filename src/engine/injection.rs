//! Control: samples of the embedder's, added to what a session's party hears.

use crate::control::Pending;
use crate::control::verbs::OpenInjection;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::InjectParams;
use crate::types::SampleRate;

/// Samples of the embedder's that a session's party hears, and nobody else: beside what it is connected to, or instead of that.
/// They follow the session through bridges, rooms, transfers and to other media threads. Dropping it ends it: it is faded out within
/// the next block of 10 ms, and what waits behind that is left out.
///
/// Mono, f32, 1.0 = full scale; a limiter holds the sum within that. For any ordinary thread; writing never waits and never
/// allocates. Up to 200 ms wait, and what finds no room stays with the caller. It begins with the first 20 ms that are there, faded in
/// over 10 ms. A block of 10 ms that no other waits behind is faded out: keep 20 ms or more ahead of what is heard. Samples that are no
/// numbers are silence.
///
/// ```
/// use media_core::{InjectParams, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let ear = handle.create_media_session("ear", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let ear = engine.complete(ear)?;
/// let (_, mut hears) = ear.take_pcm().expect("a PCM session's, once");
/// let injection = ear.inject(InjectParams::new(SampleRate::Hz8000)); // `.beside(Gain::MUTE)`: instead of what else is heard
/// let mut injection = engine.complete(injection)?;
/// assert_eq!(injection.write(&[0.25; 2_000]), 1_600); // 200 ms; the rest stays with us
/// hears.discard_waiting();
/// engine.run_for(std::time::Duration::from_millis(60));
/// let mut heard = [0.0; 400];
/// assert!(hears.read(&mut heard) == 400 && heard[399] == 0.25);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Injection {
    session: MediaSessionHandle,
    number: u64,
    samples: rtrb::Producer<f32>,
    rate: SampleRate,
}

impl Injection {
    /// Pushes as many of `samples` as there is room for and returns how many. Never waits.
    pub fn write(&mut self, samples: &[f32]) -> usize {
        let (pushed, _) = self.samples.push_partial_slice(samples);
        pushed.len()
    }

    /// Samples that there is room for. While nothing is sent to the party (it is held outward) they wait.
    pub fn room(&self) -> usize {
        self.samples.slots()
    }

    /// The rate in which samples are taken.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Whether nobody takes what is written any more: its session has ended.
    pub fn is_over(&self) -> bool {
        self.samples.is_abandoned()
    }
}

impl MediaSessionHandle {
    /// Samples of the embedder's are added to what its party hears: one [`Injection`] at a time.
    ///
    /// # Errors
    /// Through the answer: [`PlaybackError::Injected`](crate::PlaybackError::Injected) while there is one,
    /// [`SessionError::Unknown`](crate::SessionError::Unknown).
    pub fn inject(&self, params: InjectParams) -> Pending<Injection> {
        let (id, session) = (self.id(), self.clone());
        self.engine().request_made(
            move |OpenInjection { number, samples }| Injection { session, number, samples, rate: params.rate },
            move |s, promise| s.inject(id, params, promise),
        )
    }
}

impl Drop for Injection {
    fn drop(&mut self) {
        // Nobody is left to hear the answer.
        let (id, number) = (self.session.id(), self.number);
        drop(self.session.engine().request_own(move |s, promise| s.end_injection(id, number, promise)));
    }
}
