//! Control: a call: a phone's session in a bridge with that of its agent, whose port this has.

use super::command::Command;
use super::ears::Ears;
use super::event::{Counts, Event, Place, Started};
use super::frame::{Frame, HEADER};
use super::mouth::Mouth;
use super::refusal::{Fault, Refusal};
use super::start::{Attach, Start};
use super::told::told;
use media_core::{
    AgentEvents, AgentReader, AudioFormat, Error, MediaHandle, MediaSessionHandle, MediaSessionParams, Prompt,
};

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) phone: MediaSessionHandle,
    agent: MediaSessionHandle,
    format: AudioFormat,
    backlog: u64,
    mouth: Mouth,
    reader: AgentReader,
    events: AgentEvents,
    ears: Ears,
    counts: Counts,
}

impl Call {
    /// Makes both sessions. Nothing is left of them where it fails.
    pub(super) async fn make(engine: &MediaHandle, name: &str, start: &Start) -> Result<Self, Refusal> {
        let (phone, port) = (start.phone()?, start.agent()?);
        let format = phone.receive.clone();
        let phone = engine.create_media_session(name, phone).await.map_err(Refusal::engine)?;
        let agent = engine.create_media_session(&*format!("{name} (agent)"), MediaSessionParams::agent(port)).await;
        let agent = match agent {
            Ok(agent) => agent,
            Err(error) => {
                let _ = phone.destroy().await;
                return Err(Refusal::engine(error));
            }
        };
        let bridged = engine.bridge(&agent, &phone).await;
        let (Ok(()), Some(ends)) = (bridged, agent.take_agent_port()) else {
            let _ = (phone.destroy().await, agent.destroy().await);
            return Err(Refusal::new(Fault::Engine, "the call could not be bridged"));
        };
        Ok(Self {
            name: name.to_owned(),
            ears: ears(&ends.reader, &start.attach()),
            backlog: u64::from(port.rate.hz()) * port.backlog.as_millis() as u64 / 1_000,
            mouth: Mouth::new(ends.writer),
            reader: ends.reader,
            events: ends.events,
            counts: Counts { agents: 1, ..Counts::default() },
            phone,
            agent,
            format,
        })
    }

    /// Tells the agent what it has.
    pub(super) fn started(&self, attach: &Attach, attached: bool) -> Event {
        Event::Started(Box::new(Started {
            call: self.name.clone(),
            phone_session: self.phone.id().to_string(),
            agent_session: self.agent.id().to_string(),
            local: self.phone.local_address(),
            codec: self.format.encoding().to_owned(),
            payload_type: self.format.payload_type(),
            rate: self.mouth.writer.rate().hz(),
            samples: "s16le",
            audio: attach.audio,
            frame_ms: attach.frame_ms,
            header_octets: HEADER,
            backlog_samples: self.backlog,
            attached,
            at: Place::from(self.mouth.writer.position()),
        }))
    }

    /// Does what is done at once, and gives the answer to it if there is one.
    pub(super) fn obey(&mut self, command: Command) -> Result<Option<Event>, Refusal> {
        self.mouth.obey(command)
    }

    /// The next event of the port.
    pub(super) fn next_event(&mut self) -> Option<Event> {
        self.events.try_next().map(|event| told(&event, &mut self.mouth.marks))
    }

    /// The next frame of what the phone says.
    pub(super) fn next_frame(&mut self) -> Option<Frame> {
        let frame = self.ears.next(&mut self.reader)?;
        self.counts.lost_blocks += u64::from(frame.header.lost);
        Some(frame)
    }

    /// What an agent that leaves did not read in time is lost: the port says so only to who reads on.
    pub(super) fn count_unread(&mut self) {
        while self.next_frame().is_some() {}
    }

    /// Whether the engine has ended it.
    pub(super) fn is_over(&self) -> bool {
        self.events.is_over()
    }

    /// A message was refused. How many that makes.
    pub(super) fn count_refused(&mut self) -> u64 {
        self.counts.refused_messages += 1;
        self.counts.refused_messages
    }

    /// How many were refused.
    pub(super) fn refused(&self) -> u64 {
        self.counts.refused_messages
    }

    pub(super) fn lost_blocks(&self) -> u64 {
        self.counts.lost_blocks
    }

    /// Its agent is gone: what that was saying is nobody's, and its phone hears `hold`.
    pub(super) async fn leave_alone(&mut self, hold: Option<&Prompt>) -> Result<(), Error> {
        self.mouth.leave();
        match hold {
            Some(hold) => self.phone.play(hold.clone()).await.map(drop),
            None => Ok(()),
        }
    }

    /// Another agent: it hears the phone from now on. Keys that were pressed meanwhile are told.
    pub(super) async fn take_up(&mut self, attach: &Attach) -> Vec<Event> {
        let _ = self.phone.flush_prompts().await;
        self.counts.agents += 1;
        self.ears = ears(&self.reader, attach);
        self.reader.discard_waiting();
        self.mouth.take_up();
        let meanwhile: Vec<_> = std::iter::from_fn(|| self.next_event()).collect();
        meanwhile.into_iter().filter(|event| matches!(event, Event::Dtmf { .. })).collect()
    }

    /// Ends it; what was counted.
    pub(super) async fn end(self) -> Counts {
        let Mouth { refused_samples, dropped_samples, .. } = self.mouth;
        let counts = Counts { refused_samples, dropped_samples, ..self.counts };
        let counts = counts.with_port(self.mouth.writer.statistics());
        let _ = self.agent.destroy().await;
        match self.phone.destroy().await {
            Ok(phone) => Counts { packets_in: phone.packets_in, packets_out: phone.packets_out, ..counts },
            Err(_) => counts,
        }
    }
}

fn ears(reader: &AgentReader, attach: &Attach) -> Ears {
    Ears::new(reader.rate().block_samples(), attach.frame_ms as usize / 10)
}
