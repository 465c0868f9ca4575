//! The port of a speech machine as its caller hears it: what a phone gets is compared octet by octet with what was written, in bursts of
//! any shape; positions, marks and flushes with the samples in the packets.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "agent/bursts.rs"]
mod bursts;
#[path = "agent/cut.rs"]
mod cut;
#[path = "agent/held.rs"]
mod held;
#[path = "agent/interrupted.rs"]
mod interrupted;
#[path = "agent/live.rs"]
mod live;
#[path = "agent/marks.rs"]
mod marks;
#[path = "agent/reads.rs"]
mod reads;
#[path = "agent/rooms.rs"]
mod rooms;
#[allow(dead_code, reason = "the library's own tests use the rest")]
#[path = "../src/processing/audio/speech_like.rs"]
mod speech_like;
#[path = "agent/spoken_over.rs"]
mod spoken_over;
mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::session::MediaSessionParams;
use media_core::types;
use media_core::{
    AgentEvent, AgentEventKind, AgentParams, AgentPort, AudioFormat, DryCause, MediaSessionHandle, MediaTime,
    SampleRate,
};
use std::time::Duration;
use support::mu_law::{linear, mu_law, noise};
use support::phone::{Phone, connect, done};
use trap::{Counts, media_threads_alone as alone};

/// An agent in a bridge with a µ-law phone.
struct Call {
    engine: VirtualEngine,
    agent: MediaSessionHandle,
    caller: MediaSessionHandle,
    phone: Phone,
    port: AgentPort,
    told: Vec<AgentEvent>,
    /// All that was written.
    said: Vec<f32>,
    began: Counts,
}

impl Call {
    fn new() -> Self {
        Self::with(AgentParams::new(SampleRate::Hz8000))
    }

    fn with(params: AgentParams) -> Self {
        let mut call = Self::apart(params);
        call.bridge();
        call
    }

    fn bridge(&mut self) {
        let bridged = self.engine.handle().bridge(&self.agent, &self.caller);
        self.done(bridged);
    }

    fn unbridge(&mut self) {
        let apart = self.engine.handle().unbridge(&self.agent);
        self.done(apart);
    }

    /// Not bridged yet.
    fn apart(params: AgentParams) -> Self {
        Self::calling(params, MediaSessionParams::new(AudioFormat::pcmu()))
    }

    fn calling(params: AgentParams, caller: MediaSessionParams) -> Self {
        let config = MediaEngineConfig::default().max_sessions(8usize);
        let mut engine = VirtualEngine::new(config, 3).unwrap();
        let (caller, phone) = connect(&mut engine, 1, caller);
        let agent = engine.handle().create_media_session("agent", MediaSessionParams::agent(params));
        let agent = done(&mut engine, agent);
        let port = agent.take_agent_port().unwrap();
        assert!(agent.take_agent_port().is_none() && agent.take_pcm().is_none());
        let (told, said, began) = (Vec::new(), Vec::new(), trap::counts());
        Self { engine, agent, caller, phone, port, told, said, began }
    }

    fn done<T>(&mut self, pending: Pending<T>) -> T {
        done(&mut self.engine, pending)
    }

    /// Says so much noise, all of which has room.
    fn say(&mut self, samples: usize) {
        let said = noise(samples, self.said.len() as u64 + 1);
        assert_eq!(self.port.writer.write(&said), Ok(samples));
        self.said.extend(said);
    }

    fn run(&mut self, ms: u64) {
        self.engine.run_for(Duration::from_millis(ms));
        self.phone.listen(&mut self.engine.network);
        self.told.extend(std::iter::from_fn(|| self.port.events.try_next()));
    }

    /// What was told, and at which sample.
    fn kinds(&self) -> Vec<(u64, AgentEventKind)> {
        self.told.iter().map(|event| (event.position.sample, event.kind)).collect()
    }

    /// Where these samples lie in what the phone heard.
    fn found(&self, range: std::ops::Range<usize>) -> Option<usize> {
        let said = mu_law(&self.said[range]);
        self.phone.heard().windows(said.len()).position(|window| window == said)
    }

    /// When the sample at that place of what the phone heard was sampled.
    fn time_of(&self, heard: usize) -> MediaTime {
        let first = &self.phone.got[0];
        // A packet leaves in the tick of its second block: its first sample was due 10 ms earlier.
        first.at.earlier_by(Duration::from_millis(10)) + Duration::from_micros(heard as u64 * 125)
    }

    /// Ends, and nothing was allocated, freed or leaked on a media thread.
    fn end(self) {
        let Self { engine, began, .. } = self;
        assert!(engine.stop());
        assert_eq!(trap::counts().since(began), Counts::default());
        assert_eq!(media_core::rt::leaked_parcels(), 0);
    }
}
