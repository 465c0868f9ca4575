//! Control: the end of a port by which an agent speaks: its commands, and what finds no room.

use super::command::Command;
use super::event::{Event, Place};
use super::marks::Marks;
use super::refusal::{Fault, Refusal};
use media_core::{AgentWriteError, AgentWriter};

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Mouth {
    pub(super) writer: AgentWriter,
    pub(super) marks: Marks,
    /// Samples that found no room, and those of an interrupted turn.
    pub(super) refused_samples: u64,
    pub(super) dropped_samples: u64,
    paused: bool,
    /// It was said that the backlog is full, and there has been no room since.
    said_full: bool,
}

impl Mouth {
    pub(super) fn new(writer: AgentWriter) -> Self {
        let marks = Marks::default();
        Self { writer, marks, refused_samples: 0, dropped_samples: 0, paused: false, said_full: false }
    }

    /// Does what a command asks of it, and gives the answer to it if there is one.
    pub(super) fn obey(&mut self, command: Command) -> Result<Option<Event>, Refusal> {
        match command {
            Command::Media(samples) => self.say(&samples)?,
            Command::Mark(name) => return self.mark(name),
            Command::Clear => {
                self.writer.flush();
            }
            Command::Finish => match self.writer.finish() {
                Ok(()) | Err(AgentWriteError::Interrupted(_)) => {}
                Err(error) => return Err(unmarked(error)),
            },
            Command::BeginTurn => self.writer.begin_turn(),
            Command::Pause => self.pause(true),
            Command::Resume => self.pause(false),
            Command::Position => return Ok(Some(self.position())),
            Command::Start(_) | Command::Attach(_) => {
                return Err(Refusal::new(Fault::AlreadyStarted, "this connection has its call: open another"));
            }
            // These are the connection's.
            Command::Dtmf { .. } | Command::Remote(_) | Command::Stop => {}
        }
        Ok(None)
    }

    /// What has no room is counted, and said once until there is some again.
    fn say(&mut self, samples: &[i16]) -> Result<(), Refusal> {
        let taken = match self.writer.write_i16(samples) {
            Ok(taken) => taken,
            // It does not know yet: nobody wants to hear what it says.
            Err(AgentWriteError::Interrupted(_)) => {
                self.dropped_samples += samples.len() as u64;
                return Ok(());
            }
            Err(error) => return Err(Refusal::engine(error)),
        };
        let refused = samples.len() - taken;
        self.refused_samples += refused as u64;
        let told = std::mem::replace(&mut self.said_full, refused > 0);
        if refused == 0 || told {
            return Ok(());
        }
        let (all, waiting) = (samples.len(), self.writer.waiting());
        let text = format!("{taken} of {all} samples taken, {waiting} wait: send more after backlog_low");
        Err(Refusal::new(Fault::BacklogFull, text))
    }

    fn mark(&mut self, name: String) -> Result<Option<Event>, Refusal> {
        let id = self.marks.put(name);
        match self.writer.mark(id) {
            Ok(()) => Ok(None),
            Err(AgentWriteError::Interrupted(position)) => {
                Ok(Some(Event::MarkForgotten { name: self.marks.take(id), at: Place::from(position) }))
            }
            Err(error) => {
                self.marks.take(id);
                Err(unmarked(error))
            }
        }
    }

    fn pause(&mut self, paused: bool) {
        self.paused = paused;
        if paused { self.writer.pause() } else { self.writer.resume() }
    }

    fn position(&self) -> Event {
        Event::Position {
            waiting: self.writer.waiting(),
            room: self.writer.room() as u64,
            paused: self.paused,
            at: Place::from(self.writer.position()),
        }
    }

    /// Its agent is gone: what that was saying is nobody's.
    pub(super) fn leave(&mut self) {
        self.writer.flush();
        self.pause(false);
    }

    /// Another agent speaks from now on. An interruption was of what its predecessor said.
    pub(super) fn take_up(&mut self) {
        self.said_full = false;
        self.writer.begin_turn();
    }
}

fn unmarked(error: AgentWriteError) -> Refusal {
    match error {
        AgentWriteError::Marks(_) => Refusal::new(Fault::TooManyMarks, error),
        error => Refusal::engine(error),
    }
}
