//! What a session tells of its party's audio, in calls on virtual time: call-progress and fax tones, digits that are sent as tones,
//! silence; after each codec, and with nothing told of speech. No tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "detectors/answered.rs"]
mod answered;
#[path = "detectors/dialled.rs"]
mod dialled;
#[path = "detectors/fax.rs"]
mod fax;
#[path = "detectors/progress.rs"]
mod progress;
#[path = "detectors/scenes.rs"]
mod scenes;
#[path = "detectors/silence.rs"]
mod silence;
mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::processing::{CallProgressParams, SingleToneParams, Tone};
use media_core::{
    AudioFormat, EventKind, Events, MediaSessionHandle, MediaSessionParams, ProcessingParams, Prompt, PromptPart,
    SampleRate,
};
use std::time::Duration;
use support::phone::done;
use trap::{Counts, media_threads_alone as alone};

/// Two sessions whose packets go to each other: what is played to the one comes from the other's party.
struct Line {
    engine: VirtualEngine,
    far: MediaSessionHandle,
    near: MediaSessionHandle,
    events: Events,
    began: Counts,
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The codecs of calls.
fn codecs() -> Vec<AudioFormat> {
    vec![
        AudioFormat::pcmu(),
        AudioFormat::pcma(),
        AudioFormat::g722(),
        AudioFormat::g729(),
        #[cfg(feature = "opus")]
        AudioFormat::opus(),
    ]
}

impl Line {
    fn new(params: &MediaSessionParams) -> Self {
        let config = MediaEngineConfig::default().max_sessions(8usize).workers(2).max_taps(2usize);
        let mut engine = VirtualEngine::new(config, 9).unwrap();
        let events = engine.handle().subscribe();
        let mut create = |name: &str| {
            let pending = engine.handle().create_media_session(name, params.clone());
            done(&mut engine, pending)
        };
        let (far, near) = (create("far"), create("near"));
        for (from, to) in [(&far, &near), (&near, &far)] {
            let pending = from.set_remote(to.local_address().unwrap());
            done(&mut engine, pending);
        }
        Self { engine, far, near, events, began: trap::counts() }
    }

    /// The far end sends without a break, as one that is connected does.
    fn of(format: &AudioFormat) -> Self {
        let mut line = Self::new(&MediaSessionParams::new(format.clone()));
        let pcm = MediaSessionParams::pcm(SampleRate::Hz8000);
        let still = line.engine.handle().create_media_session("still", pcm);
        let still = line.done(still);
        let bridged = line.engine.handle().bridge(&line.far, &still);
        line.done(bridged);
        line
    }

    fn done<T>(&mut self, pending: Pending<T>) -> T {
        done(&mut self.engine, pending)
    }

    /// The near end listens.
    fn listen(&mut self, change: impl FnOnce(&mut ProcessingParams)) {
        let mut params = ProcessingParams::default();
        change(&mut params);
        let pending = self.near.set_processing(params);
        self.done(pending);
    }

    /// The far end sounds like this.
    fn play(&mut self, prompt: impl Into<Prompt>) {
        let pending = self.far.play(prompt);
        self.done(pending);
    }

    fn run(&mut self, time: u64) {
        self.engine.run_for(ms(time));
    }

    /// What was told of the near end's party since this was last asked.
    fn told(&mut self) -> Vec<EventKind> {
        let near = self.near.id();
        let all = std::iter::from_fn(|| self.events.try_next());
        all.filter(|event| event.session.as_ref().is_some_and(|(id, _)| *id == near)).map(|event| event.kind).collect()
    }

    /// Tones that were told: begun, and ended with their length.
    fn tones(&mut self) -> (Vec<Tone>, Vec<(Tone, u32)>) {
        let (mut begun, mut ended) = (Vec::new(), Vec::new());
        for kind in self.told() {
            match kind {
                EventKind::ToneStarted(tone) => begun.push(tone),
                EventKind::ToneEnded { tone, duration_ms } => ended.push((tone, duration_ms)),
                _ => {}
            }
        }
        (begun, ended)
    }

    /// Ends, and nothing was allocated, freed or leaked on a media thread.
    fn end(self) {
        assert!(self.engine.stop());
        assert_eq!(trap::counts().since(self.began), Counts::default());
        assert_eq!(media_core::rt::leaked_parcels(), 0);
    }
}

/// Samples at 8 kHz, by time in seconds.
fn samples(seconds: f64, at: impl Fn(f64) -> f64) -> Vec<f32> {
    (0..(seconds * 8_000.0) as usize).map(|n| at(n as f64 / 8_000.0) as f32).collect()
}

fn sine(hz: f64, t: f64) -> f64 {
    (std::f64::consts::TAU * hz * t).sin()
}
