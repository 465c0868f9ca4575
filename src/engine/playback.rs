//! Control: prompts in the embedder's hands: played to a session or a room, and what is done to one that plays or waits.

use crate::control::Pending;
use crate::control::verbs::{Handling, Taken, Turn};
use crate::engine::conference::Conference;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::playback::{PlaybackId, Prompt};
use crate::types::SessionId;
use std::sync::Arc;
use std::time::Duration;

/// A prompt that was taken: it plays, or waits for its turn. `Clone + Send + Sync`; dropping it ends nothing.
///
/// What becomes of it is told by events, in order and none left out: [`PlaybackStarted`](crate::EventKind::PlaybackStarted),
/// [`PlaybackUnderrun`](crate::EventKind::PlaybackUnderrun), [`PlaybackFinished`](crate::EventKind::PlaybackFinished) with the
/// position that was reached. A prompt to a room is told of with the session that speaks it.
///
/// ```
/// use media_core::{EventKind, MediaEngineConfig, MediaSessionParams, PlaybackEnd, Prompt, SampleRate, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let events = engine.handle().subscribe();
/// let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// let playback = engine.complete(bot.play(Prompt::samples(vec![0.1; 4_000], 8_000)))?; // half a second
/// engine.run_for(Duration::from_millis(700));
/// let finished = events.find(|event| matches!(event.kind, EventKind::PlaybackFinished(_)));
/// # trait Find { fn find(&self, f: impl Fn(&media_core::MediaEvent) -> bool) -> Option<media_core::MediaEvent>; }
/// # impl Find for media_core::Events { fn find(&self, f: impl Fn(&media_core::MediaEvent) -> bool) -> Option<media_core::MediaEvent> { std::iter::from_fn(|| self.try_next()).find(f) } }
/// let Some(EventKind::PlaybackFinished(report)) = finished.map(|event| event.kind) else { panic!() };
/// assert_eq!((report.playback, report.end, report.samples), (playback.id(), PlaybackEnd::Complete, 4_000));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Playback {
    engine: MediaHandle,
    session: SessionId,
    id: PlaybackId,
}

impl Playback {
    fn new(engine: MediaHandle, taken: Taken) -> Self {
        Self { engine, session: taken.session, id: taken.id }
    }

    /// Its number, by which events name it.
    pub fn id(&self) -> PlaybackId {
        self.id
    }

    /// Lets it wait where it is, faded out over 10 ms; its leg hears meanwhile what it would without it.
    ///
    /// # Errors
    /// Through the answer: [`PlaybackError::Over`](crate::PlaybackError::Over).
    pub fn pause(&self) -> Pending<()> {
        self.handle(Handling::Pause)
    }

    /// Lets it go on where it was, faded in over 10 ms.
    ///
    /// # Errors
    /// As [`pause`](Self::pause).
    pub fn resume(&self) -> Pending<()> {
        self.handle(Handling::Resume)
    }

    /// Goes on from there, in its present round, faded out and in; beyond its end it is over. One that waits begins there.
    ///
    /// # Errors
    /// As [`pause`](Self::pause).
    pub fn seek(&self, position: Duration) -> Pending<()> {
        self.handle(Handling::Seek(position))
    }

    /// Ends it, faded out over 10 ms; the next that waits begins. One that is over is no error.
    pub fn stop(&self) -> Pending<()> {
        let (session, id) = (self.session, self.id);
        self.engine.request(move |s, promise| s.stop_prompt(session, id, promise))
    }

    fn handle(&self, what: Handling) -> Pending<()> {
        let (session, id) = (self.session, self.id);
        self.engine.request(move |s, promise| s.handle_prompt(session, id, what, promise))
    }
}

/// Prompts: what its party hears in place of what it would hear (or beside that: [`Prompt::beside`]), connected to anybody or not,
/// from the next tick on. They go along with updates, bridges, rooms and moves. On outward hold nothing is sent, and a prompt waits;
/// for music on hold, play one [`forever`](Prompt::forever) to who is to hear it, and stop it when he is taken back.
impl MediaSessionHandle {
    /// Plays a prompt at once, in place of what plays and waits.
    ///
    /// # Errors
    /// Through the answer: [`PlaybackError`](crate::PlaybackError), what can be known without a look at the disk; a file that
    /// cannot be read is told of by [`PlaybackEnd::Failed`](crate::PlaybackEnd::Failed).
    pub fn play(&self, prompt: impl Into<Prompt>) -> Pending<Playback> {
        self.take(prompt.into(), Turn::Now)
    }

    /// Plays a prompt behind those that play and wait (up to 16, with it), without a pause.
    ///
    /// # Errors
    /// As [`play`](Self::play), and [`PlaybackError::QueueFull`](crate::PlaybackError::QueueFull).
    pub fn play_next(&self, prompt: impl Into<Prompt>) -> Pending<Playback> {
        self.take(prompt.into(), Turn::Behind)
    }

    /// Ends what plays, faded out over 10 ms, and drops what waits.
    pub fn flush_prompts(&self) -> Pending<()> {
        let id = self.id();
        self.engine().request(move |s, promise| s.flush_prompts(id, promise))
    }

    fn take(&self, prompt: Prompt, turn: Turn) -> Pending<Playback> {
        let (id, engine, prompt) = (self.id(), self.engine().clone(), Arc::new(prompt));
        self.engine().request_made(
            move |taken| Playback::new(engine, taken),
            move |s, promise| s.play(id, &prompt, turn, promise),
        )
    }
}

/// Prompts: all members hear them, as they hear each other. While it has one, a room has a member more, a session of ours that
/// speaks them (dialog `prompts to conference …`): it counts among `max_members`, speakers and sessions.
impl Conference {
    /// Plays a prompt at once, in place of what plays and waits.
    ///
    /// # Errors
    /// Through the answer: as [`MediaSessionHandle::play`], and what a member more can fail with:
    /// [`ConferenceError`](crate::ConferenceError) (gone, full), [`SessionError`](crate::SessionError) (the engine is full).
    pub fn play(&self, prompt: impl Into<Prompt>) -> Pending<Playback> {
        self.take(prompt.into(), Turn::Now)
    }

    /// Plays a prompt behind those that play and wait (up to 16, with it), without a pause.
    ///
    /// # Errors
    /// As [`play`](Self::play), and [`PlaybackError::RoomQueueFull`](crate::PlaybackError::RoomQueueFull).
    pub fn play_next(&self, prompt: impl Into<Prompt>) -> Pending<Playback> {
        self.take(prompt.into(), Turn::Behind)
    }

    /// Ends what plays, faded out over 10 ms, and drops what waits.
    pub fn flush_prompts(&self) -> Pending<()> {
        let room = self.id();
        self.engine().request(move |s, promise| s.flush_room(room, promise))
    }

    fn take(&self, prompt: Prompt, turn: Turn) -> Pending<Playback> {
        let (room, engine, prompt) = (self.id(), self.engine().clone(), Arc::new(prompt));
        self.engine().request_made(
            move |taken| Playback::new(engine, taken),
            move |s, promise| s.play_to_room(room, &prompt, turn, promise),
        )
    }
}
