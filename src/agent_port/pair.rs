//! Control: builds both ends of a port.

use super::chunk::Chunk;
use super::event::{AgentEvents, EVENTS};
use super::latest::{AgentReader, LatestIn, latest};
use super::link::Link;
use super::params::{AgentParams, samples_in};
use super::source::{AgentSource, SourceParts};
use super::writer::{AgentWriter, MARKS};
use crate::rt::Parcel;
use crate::types::BLOCK_MS;
use std::sync::Arc;

/// The port of a speech machine: what it says, what it hears, what it is told. Each end may go to a thread of its own. Dropping them
/// ends nothing: the session goes on, silent.
///
/// ```
/// use media_core::{AgentEventKind, AgentParams, AudioFormat, DryCause, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let params = MediaSessionParams::agent(AgentParams::new(SampleRate::Hz8000));
/// let agent = handle.create_media_session("agent", params);
/// let agent = engine.complete(agent)?;
/// let caller = handle.create_media_session("caller", MediaSessionParams::new(AudioFormat::pcmu()));
/// let caller = engine.complete(caller)?;
/// engine.complete(handle.bridge(&agent, &caller))?;
///
/// let mut port = agent.take_agent_port().expect("an agent's, once");
/// assert_eq!(port.writer.write(&[0.1; 24_000]), Ok(24_000)); // three seconds at once
/// port.writer.mark(7).expect("there is room");
/// engine.run_for(Duration::from_millis(500));
/// let flush = port.writer.flush(); // never mind
/// engine.run_for(Duration::from_millis(20));
///
/// let events: Vec<_> = std::iter::from_fn(|| port.events.try_next()).collect();
/// let AgentEventKind::Flushed { flush: number, forgotten } = events[0].kind else { panic!("{events:?}") };
/// assert_eq!((number, events[0].position.sample + forgotten), (flush, 24_000)); // what was sent, and what was not
/// assert_eq!(events[1].kind, AgentEventKind::MarkForgotten(7));
/// assert_eq!(events[2].kind, AgentEventKind::DryBegan(DryCause::Flushed));
///
/// let mut heard = [0.0; 80];
/// let block = port.reader.read(&mut heard).expect("time goes on in silence");
/// assert_eq!((heard, block.voice), ([0.0; 80], 0.0));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct AgentPort {
    /// What it says.
    pub writer: AgentWriter,
    /// What it hears.
    pub reader: AgentReader,
    /// What it is told.
    pub events: AgentEvents,
}

/// The media thread's end.
#[derive(Debug)]
pub struct AgentPlan {
    /// What the agent says.
    pub source: AgentSource,
    /// What it hears.
    pub heard: LatestIn,
}

impl AgentPlan {
    /// Both ends of a port. Allocates.
    pub fn build(params: &AgentParams) -> (Self, AgentPort) {
        let rate = params.rate;
        let link = Arc::new(Link::new());
        let backlog = samples_in(params.backlog, rate);
        // Whole chunks, and of those of an earlier turn what a tick has not fetched yet.
        let most = backlog.div_ceil(Chunk::capacity(rate) as u64) as usize + 16;
        let (chunks_tx, chunks) = rtrb::RingBuffer::new(most);
        // All of them, the tail, and what the media thread holds.
        let (home_tx, home) = rtrb::RingBuffer::new(most + 8);
        let (marks_tx, marks) = rtrb::RingBuffer::new(MARKS);
        let (events_tx, events) = rtrb::RingBuffer::new(EVENTS);
        let blocks = params.read_buffer.as_millis() as usize / BLOCK_MS as usize;
        let (heard, reader) = latest(rate, blocks);
        let writer = AgentWriter {
            link: link.clone(),
            rate,
            backlog,
            chunks: chunks_tx,
            home,
            marks: marks_tx,
            spare: Vec::new(),
            open: Vec::with_capacity(Chunk::capacity(rate)),
            written: 0,
            turn: 0,
            begun: 0,
        };
        let parts = SourceParts { link: link.clone(), chunks, home: home_tx, marks, events: events_tx };
        let source = AgentSource::new(params, parts);
        let events = AgentEvents { ring: events, link };
        (Self { source, heard }, AgentPort { writer, reader, events })
    }

    /// As an order brings it.
    pub(crate) fn packed(self) -> (Parcel<AgentSource>, LatestIn) {
        (Parcel::pack(self.source), self.heard)
    }
}
