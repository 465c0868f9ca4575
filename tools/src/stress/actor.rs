//! Control: a caller: asks anything, keeps what it gets, reads and writes some of it, and lets go of it at any time.

use super::agents::Agent;
use super::dice::Dice;
use super::findings::Findings;
use super::refusal::is_of_the_engine;
use super::verbs;
use super::waiting::{Brought, Shared, Waiting};
use media_core::MediaSessionHandle;
use media_core::engine::{Conference, Recording, Tap};
use media_core::error::{EngineError, Error};
use media_core::integration::RtpBridge;
use media_core::types::{ConferenceId, MediaTime, SessionId};
use media_core::worker::{PcmReader, PcmWriter};
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Sessions and rooms that callers remember at most, those that ended included.
const MEMORY: usize = 60;

/// See the module text.
pub struct Actor {
    pub dice: Dice,
    pub name: String,
    pub number: u32,
    pub shared: Arc<Shared>,
    pub phones: Arc<[SocketAddr]>,
    findings: Arc<Findings>,
    waiting: Vec<Waiting>,
    taps: Vec<Tap>,
    recordings: Vec<Recording>,
    pcm: Vec<(PcmWriter, PcmReader)>,
    agents: Vec<Agent>,
    bridges: Vec<RtpBridge>,
    /// Never read.
    events: Vec<Box<dyn Send>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Actor {
    pub fn new(
        name: String,
        dice: Dice,
        shared: Arc<Shared>,
        phones: Arc<[SocketAddr]>,
        findings: Arc<Findings>,
    ) -> Self {
        let (taps, recordings, pcm, agents, bridges, events) = <_>::default();
        let (number, waiting) = (0, Vec::new());
        Self { dice, name, number, shared, phones, findings, waiting, taps, recordings, pcm, agents, bridges, events }
    }

    pub fn session(&mut self) -> Option<MediaSessionHandle> {
        self.dice.of(&locked(&self.shared.sessions)).cloned()
    }

    pub fn room(&mut self) -> Option<Conference> {
        if self.dice.once_in(8) { None } else { self.dice.of(&locked(&self.shared.rooms)).cloned() }
    }

    /// Mostly; a handle of what has ended is used on at times.
    pub fn forget(&mut self, id: SessionId) {
        if !self.dice.once_in(5) {
            locked(&self.shared.sessions).retain(|session| session.id() != id);
        }
    }

    pub fn forget_room(&mut self, id: ConferenceId) {
        if !self.dice.once_in(5) {
            locked(&self.shared.rooms).retain(|room| room.id() != id);
        }
    }

    pub fn listen(&mut self, events: impl Send + 'static) {
        self.events.push(Box::new(events));
        if self.events.len() > 4 {
            self.events.clear();
        }
    }

    /// Drops something that it has.
    pub fn let_go(&mut self) {
        match self.dice.below(5) {
            0 => self.taps.clear(),
            3 => drop(self.agents.pop()),
            1 => drop(self.pcm.pop()),
            2 => drop(self.bridges.pop()),
            _ => self.events.clear(),
        }
    }

    /// One that was begun, and may have ended.
    pub fn recording(&mut self) -> Option<Recording> {
        self.dice.of(&self.recordings).cloned()
    }

    /// Asks for something.
    pub fn act(&mut self, now: u64) {
        if let Some(waiting) = verbs::any(self, now) {
            self.waiting.push(waiting);
        }
    }

    /// Takes the answers that are there; what has waited for longer than `patience` ms is told and given up.
    pub fn collect(&mut self, now: u64, patience: u64) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.retain_mut(|waiting| match waiting.poll() {
            Some(answer) => {
                self.findings.answered(waiting.verb, answer.as_ref().err());
                self.note(waiting, &answer);
                match answer {
                    Ok(brought) => self.keep(brought),
                    Err(Error::Engine(why @ (EngineError::AnswerTaken | EngineError::TimedOut))) => {
                        self.findings.found(format!("#{}: {} was answered by: {why}", self.name, waiting.verb));
                    }
                    Err(_) => {}
                }
                false
            }
            None if now.saturating_sub(waiting.asked) >= patience => {
                self.findings.found(format!("#{}: {} is not answered after {patience} ms", self.name, waiting.verb));
                false
            }
            None => true,
        });
        self.waiting = waiting;
    }

    /// Whether a create of its own waits for an answer.
    pub fn is_creating(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.verb == "create")
    }

    /// Whether the engine has room for more, as far as one can know.
    pub fn has_room(&self) -> bool {
        self.shared.alive.load(Relaxed) < self.shared.size.sessions as i64 * 3 / 4
    }

    /// Sessions that begin and end; what is refused though nothing speaks against it is told.
    fn note(&self, asked: &Waiting, answer: &Result<Brought, Error>) {
        match (asked.verb, answer) {
            ("create", Err(_)) | ("destroy", Ok(_)) => _ = self.shared.alive.fetch_sub(1, Relaxed),
            _ => {}
        }
        if let (true, Err(why)) = (asked.sound, answer)
            && !is_of_the_engine(why)
        {
            let verb = asked.verb;
            self.findings.found(format!("#{}: a {verb} that nothing is wrong with is refused: {why}", self.name));
        }
    }

    /// Whether nothing waits for an answer.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    fn keep(&mut self, brought: Brought) {
        match brought {
            Brought::Nothing => {}
            Brought::Session(session) => {
                self.pcm.extend(session.take_pcm());
                let agent = session.take_agent_port();
                self.agents.extend(agent.map(|port| Agent::new(format!("{} {}", self.name, session.id()), port)));
                let mut all = locked(&self.shared.sessions);
                all.push(session);
                let excess = all.len().saturating_sub(MEMORY);
                all.drain(..excess);
            }
            Brought::Room(room) => {
                let mut all = locked(&self.shared.rooms);
                all.push(room);
                let excess = all.len().saturating_sub(MEMORY);
                all.drain(..excess);
            }
            Brought::Counts(counts) => self.findings.looked_at_a_room(counts.shared_packets > 0),
            Brought::Tap(tap) => self.taps.push(tap),
            Brought::Recording(recording) => {
                // Those that are forgotten go on.
                self.recordings.truncate(3);
                self.recordings.push(recording);
            }
            Brought::Bridge(bridge) => self.bridges.push(*bridge),
            Brought::Events(events) => self.listen(events),
            // It runs dry, and ends with what is never read.
            Brought::Injection(mut injection) => {
                injection.write(&[0.25; 960]);
                self.listen(injection);
            }
        }
    }

    /// Reads and writes what it has; some of it, at times.
    pub fn play(&mut self, now: MediaTime) {
        let mut block = [0.0; 480];
        for tap in self.taps.iter_mut().filter(|_| self.dice.once_in(3)) {
            tap.read(&mut block);
        }
        for (says, hears) in &mut self.pcm {
            if self.dice.once_in(5) {
                continue;
            }
            let heard = hears.read(&mut block);
            block[heard..].fill(if self.dice.once_in(500) { f32::NAN } else { 0.25 });
            says.write(&block[..160]);
        }
        let (dice, findings) = (&mut self.dice, &self.findings);
        self.agents.retain_mut(|agent| agent.act(dice, findings));
        let ids: Vec<SessionId> = locked(&self.shared.sessions).iter().map(MediaSessionHandle::id).collect();
        for bridge in &mut self.bridges {
            bridge.take_orders();
            if let Some(&id) = self.dice.of(&ids) {
                let _ = bridge.receive(id, &self.dice.octets(200), now);
            }
            while let Some((id, _)) = bridge.poll_transmit() {
                if self.dice.once_in(50) {
                    bridge.send_failed(id);
                    break;
                }
            }
        }
    }
}
