//! Control: samples of the embedder's, added to what a session's party hears or says, or to a room.

use crate::control::Pending;
use crate::control::verbs::OpenInjection;
use crate::engine::conference::Conference;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::playback::{InjectionControl, InjectionId};
use crate::session::InjectParams;
use crate::types::{SampleRate, SessionId};

/// Samples of the embedder's that are added to what a session's party hears, and nobody else, or to what he says
/// ([`InjectPoint`](crate::InjectPoint); for both, make one of each and write to both), or to a room: beside what is heard there, or
/// instead of that. They follow the session through bridges, rooms, transfers and to other media threads. Dropping it ends it: it is
/// faded out within the next block of 10 ms, and what waits behind that is left out.
///
/// Mono, f32, 1.0 = full scale; a limiter holds the sum within that. For any ordinary thread; writing never waits and never
/// allocates. Up to 200 ms wait, and what finds no room stays with the caller. It begins with the first 20 ms that are there, faded in
/// over 10 ms. A block of 10 ms that no other waits behind is faded out, and that it ran dry is told
/// ([`InjectionUnderrun`](crate::EventKind::InjectionUnderrun)): keep 20 ms or more ahead of what is heard. Samples that are no
/// numbers are silence.
///
/// ```
/// use media_core::{EventKind, InjectParams, InjectPoint, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let (handle, events) = (engine.handle(), engine.handle().subscribe());
/// let ear = handle.create_media_session("ear", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let ear = engine.complete(ear)?;
/// let (_, mut hears) = ear.take_pcm().expect("a PCM session's, once");
/// let params = InjectParams::new(SampleRate::Hz8000); // `.beside(Gain::MUTE)`: instead of what else is heard
/// let mut injection = engine.complete(ear.inject(params))?;
/// assert_eq!(injection.write(&[0.25; 2_000]), 1_600); // 200 ms; the rest stays with us
/// hears.discard_waiting();
/// engine.run_for(Duration::from_millis(60));
/// let mut heard = [0.0; 400];
/// assert!(hears.read(&mut heard) == 400 && heard[399] == 0.25);
/// engine.run_for(Duration::from_millis(200)); // nothing more is written
/// let dry = EventKind::InjectionUnderrun { injection: injection.id(), lasted: None };
/// assert!(std::iter::from_fn(|| events.try_next()).any(|event| event.kind == dry) && injection.underruns() == 1);
/// // Whoever is connected to the ear hears this as if its party said it.
/// let _said = engine.complete(ear.inject(params.point(InjectPoint::Said)))?;
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Injection {
    engine: MediaHandle,
    session: SessionId,
    id: InjectionId,
    samples: rtrb::Producer<f32>,
    control: InjectionControl,
    rate: SampleRate,
}

impl Injection {
    fn new(engine: MediaHandle, rate: SampleRate, open: OpenInjection) -> Self {
        let OpenInjection { session, id, samples, control } = open;
        Self { engine, session, id, samples, control, rate }
    }

    /// Its number, by which events name it.
    pub fn id(&self) -> InjectionId {
        self.id
    }

    /// Pushes as many of `samples` as there is room for and returns how many. Never waits.
    pub fn write(&mut self, samples: &[f32]) -> usize {
        let (pushed, _) = self.samples.push_partial_slice(samples);
        pushed.len()
    }

    /// Samples that there is room for. While its party is on hold in the direction that they go in, they wait.
    pub fn room(&self) -> usize {
        self.samples.slots()
    }

    /// The rate in which samples are taken.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// How often it ran dry so far.
    pub fn underruns(&self) -> u64 {
        self.control.underruns()
    }

    /// Whether nobody takes what is written any more: its session or room has ended.
    pub fn is_over(&self) -> bool {
        self.samples.is_abandoned()
    }
}

impl MediaSessionHandle {
    /// Samples of the embedder's are added to what its party hears or says: one [`Injection`] at a time for each.
    ///
    /// # Errors
    /// Through the answer: [`PlaybackError::Injected`](crate::PlaybackError::Injected) while there is one,
    /// [`SessionError::Unknown`](crate::SessionError::Unknown).
    pub fn inject(&self, params: InjectParams) -> Pending<Injection> {
        let (id, engine) = (self.id(), self.engine().clone());
        self.engine().request_made(
            move |open| Injection::new(engine, params.rate, open),
            move |s, promise| s.inject(id, params, promise),
        )
    }
}

impl Conference {
    /// Samples of the embedder's are added to what its members hear: any number of [`Injection`]s, each of which is a member more, a
    /// session of ours that says it (dialog `injection … to conference …`): it counts among `max_members`, speakers and sessions, and
    /// its events are told with that session.
    ///
    /// # Errors
    /// Through the answer: [`PlaybackError::BesideInRoom`](crate::PlaybackError::BesideInRoom), and what a member more can fail with:
    /// [`ConferenceError`](crate::ConferenceError) (gone, full), [`SessionError`](crate::SessionError) (the engine is full).
    pub fn inject(&self, params: InjectParams) -> Pending<Injection> {
        let (room, engine, mut own) = (self.id(), self.engine().clone(), None);
        self.engine().request_made(
            move |open| Injection::new(engine, params.rate, open),
            move |s, promise| s.inject_into_room(room, params, &mut own, promise),
        )
    }
}

impl Drop for Injection {
    fn drop(&mut self) {
        // Nobody is left to hear the answer.
        let (id, number) = (self.session, self.id);
        drop(self.engine.request_own(move |s, promise| s.end_injection(id, number, promise)));
    }
}
