//! Prompts as their listeners hear them: what a phone gets is compared octet by octet with what was played, in a call, a room, on hold,
//! from files of all kinds; what ends a prompt, and what a disk that stalls does to it.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[cfg(feature = "symphonia")]
#[path = "play/compressed.rs"]
mod compressed;
#[path = "play/connected.rs"]
mod connected;
#[path = "play/exact.rs"]
mod exact;
#[path = "play/files.rs"]
mod files;
#[path = "play/interrupted.rs"]
mod interrupted;
#[path = "play/loud.rs"]
mod loud;
#[path = "play/queue.rs"]
mod queue;
#[path = "play/rooms.rs"]
mod rooms;
#[path = "play/sought.rs"]
mod sought;
#[path = "play/stalled.rs"]
mod stalled;
mod support;
#[path = "play/tones.rs"]
mod tones;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::session::MediaSessionParams;
use media_core::{
    AudioFormat, EventKind, Events, Gain, MediaSessionHandle, Playback, PlaybackEnd, PlaybackError, PlaybackFault,
    PlaybackReport, Prompt, PromptPart, SampleRate,
};
use std::time::Duration;
use support::mu_law::{linear, mu_law, noise};
use support::phone::{Phone, connect, done};
use trap::{Counts, media_threads_alone as alone};

/// A µ-law phone in a call that nobody else is in, with what is told of it.
struct Call {
    engine: VirtualEngine,
    session: MediaSessionHandle,
    phone: Phone,
    events: Events,
    told: Vec<EventKind>,
    began: Counts,
}

impl Call {
    fn new() -> Self {
        Self::with(MediaEngineConfig::default().max_sessions(8usize), MediaSessionParams::new(AudioFormat::pcmu()))
    }

    fn with(config: MediaEngineConfig, params: MediaSessionParams) -> Self {
        let mut engine = VirtualEngine::new(config, 3).unwrap();
        let events = engine.handle().subscribe();
        let (session, phone) = connect(&mut engine, 1, params);
        Self { engine, session, phone, events, told: Vec::new(), began: trap::counts() }
    }

    fn done<T>(&mut self, pending: Pending<T>) -> T {
        done(&mut self.engine, pending)
    }

    fn play(&mut self, prompt: impl Into<Prompt>) -> Playback {
        let pending = self.session.play(prompt);
        self.done(pending)
    }

    fn run(&mut self, ms: u64) {
        self.engine.run_for(Duration::from_millis(ms));
        self.phone.listen(&mut self.engine.network);
        self.told.extend(std::iter::from_fn(|| self.events.try_next()).map(|event| event.kind));
    }

    /// What was told of prompts so far: those that began and those that ended.
    fn of_prompts(&self) -> Vec<EventKind> {
        let of = |kind: &&EventKind| {
            matches!(
                kind,
                EventKind::PlaybackStarted(_) | EventKind::PlaybackFinished(_) | EventKind::PlaybackUnderrun { .. }
            )
        };
        self.told.iter().filter(of).copied().collect()
    }

    /// How prompts ended, in order.
    fn ends(&self) -> Vec<PlaybackReport> {
        let end = |kind: &EventKind| match kind {
            EventKind::PlaybackFinished(report) => Some(*report),
            _ => None,
        };
        self.told.iter().filter_map(end).collect()
    }

    /// Ends, and nothing was allocated, freed or leaked on a media thread.
    fn end(self) {
        assert!(self.engine.stop());
        assert_eq!(trap::counts().since(self.began), Counts::default());
        assert_eq!(media_core::rt::leaked_parcels(), 0);
    }
}

/// Where `said` lies in `heard`.
fn found(heard: &[u8], said: &[u8]) -> Option<usize> {
    heard.windows(said.len()).position(|window| window == said)
}
