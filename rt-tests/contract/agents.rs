//! Control: speech machines among the calls: bursts, marks, flushes, pauses, ends that are dropped; in bridges and rooms, on the move.

use super::*;
use media_core::{AgentEventKind, AgentParams, AgentPort};

/// So many are there at a time.
const AGENTS: usize = 6;

/// A speech machine, and what it has been told.
pub(super) struct Agent {
    session: MediaSessionHandle,
    port: AgentPort,
    told: u64,
}

impl Churn {
    /// Begins some, has each of them do something, and ends some.
    pub(super) fn churn_agents(&mut self) {
        if self.agents.len() + usize::from(self.ticks.is_multiple_of(3)) < AGENTS {
            let number = self.next;
            self.next += 1;
            let rate = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz24000][self.dice.below(3)];
            let latency = self.dice.below(2) == 0;
            let params = AgentParams::new(rate).latency(latency.then(|| Duration::from_millis(60)));
            let params = MediaSessionParams::agent(params.interrupted_by_digit(true));
            let pending = self.engine.handle().create_media_session(&*format!("agent-{number}"), params);
            self.asked.push(Asked::Agent(pending));
        }
        for at in 0..self.agents.len() {
            let (what, other) = (self.dice.below(40), self.any());
            let handle = self.engine.handle();
            let (from, samples) = (self.dice.below(2_000), self.dice.below(2_000));
            let agent = &mut self.agents[at];
            let writer = &mut agent.port.writer;
            match what {
                0..10 => drop(writer.write(&self.prompt[from..from + samples])),
                10..14 => drop(writer.mark(from as u64)),
                14 => drop(writer.finish()),
                15 => drop(writer.flush()),
                16 => writer.pause(),
                17..20 => writer.resume(),
                20 => writer.begin_turn(),
                21..24 => drop(agent.port.reader.read(&mut [0.0; 480])),
                24 => {
                    let session = agent.session.clone();
                    self.ask("bridge agent", handle.bridge(&session, &other));
                }
                25 => {
                    let room = self.rooms[from % (self.rooms.len() - 1)].clone();
                    let session = self.agents[at].session.clone();
                    self.ask("join agent", room.join(&session));
                }
                26 => {
                    let session = agent.session.clone();
                    self.ask("move agent", session.move_to(WorkerId(samples as u8 % 3)));
                }
                27 => {
                    let session = agent.session.clone();
                    self.ask("hold agent", if from % 2 == 0 { session.hold_inward() } else { session.resume_inward() });
                }
                28 if from < 800 => {
                    let agent = self.agents.swap_remove(at);
                    self.asked.push(Asked::AgentGone(agent.session.destroy()));
                    return;
                }
                _ => {
                    let events = std::iter::from_fn(|| agent.port.events.try_next());
                    agent.told += events.filter(|event| event.kind != AgentEventKind::BacklogLow).count() as u64;
                }
            }
        }
    }

    pub(super) fn keep_agent(&mut self, session: MediaSessionHandle) {
        let port = session.take_agent_port().expect("an agent's");
        self.agents.push(Agent { session, port, told: 0 });
    }

    /// Something was said, and told. Ends them all.
    pub(super) fn end_agents(&mut self) {
        let said = |agent: &agents::Agent| agent.port.writer.statistics().sent > 0;
        assert!(self.agents.iter().any(said) && self.agents.iter().any(|agent| agent.told > 0));
        for agent in self.agents.drain(..) {
            self.asked.push(Asked::AgentGone(agent.session.destroy()));
        }
    }
}
