//! Control: speech machines: they say what they like, when they like, and look at what they are told: samples add up, marks come in
//! their order, each flush is answered.

use super::dice::Dice;
use super::findings::Findings;
use media_core::{AgentEventKind, AgentPort, AgentWriteError};

/// One, and what it waits for.
pub struct Agent {
    name: String,
    port: AgentPort,
    marks: u64,
    /// The next mark that is to be told of.
    next: u64,
    flushes: u32,
    answered: u32,
    sample: u64,
    interrupted: bool,
}

impl Agent {
    pub fn new(name: String, port: AgentPort) -> Self {
        Self { name, port, marks: 0, next: 0, flushes: 0, answered: 0, sample: 0, interrupted: false }
    }

    /// Does something, or nothing; false when its session has ended and all is looked at.
    pub fn act(&mut self, dice: &mut Dice, findings: &Findings) -> bool {
        let samples = dice.one([1, 80, 160, 333, 4_000, 48_000]);
        let writer = &mut self.port.writer;
        let written = match dice.below(16) {
            0..6 => writer.write(&vec![if dice.once_in(50) { f32::NAN } else { 0.25 }; samples]).map(drop),
            6..9 => writer.mark(self.marks).map(|()| self.marks += 1),
            9 => writer.finish(),
            10 if dice.once_in(4) => {
                self.flushes = writer.flush();
                Ok(())
            }
            11 => {
                writer.begin_turn();
                Ok(())
            }
            12 => {
                if dice.once_in(4) {
                    writer.pause()
                } else {
                    writer.resume()
                }
                Ok(())
            }
            13..15 => {
                while self.port.reader.read(&mut [0.0; 480]).is_some() && !dice.once_in(9) {}
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(AgentWriteError::Interrupted(_)) = written
            && !writer.is_interrupted()
        {
            findings.found(format!("#{}: refused as interrupted, and it is not", self.name));
        }
        if dice.once_in(3) {
            self.look(findings);
        }
        !self.port.events.is_over()
    }

    fn look(&mut self, findings: &Findings) {
        while let Some(event) = self.port.events.try_next() {
            match event.kind {
                AgentEventKind::Mark(id) | AgentEventKind::MarkForgotten(id) if id != self.next => {
                    findings.found(format!("#{}: mark {id} is told of where {} is next", self.name, self.next));
                    self.next = id + 1;
                }
                AgentEventKind::Mark(_) | AgentEventKind::MarkForgotten(_) => self.next += 1,
                AgentEventKind::Flushed { flush, .. } => self.answered = flush,
                AgentEventKind::Interrupted { .. } => self.interrupted = true,
                _ => {}
            }
            if event.position.sample < self.sample && !matches!(event.kind, AgentEventKind::Mark(_)) {
                findings.found(format!("#{}: {event:?} after sample {}", self.name, self.sample));
            }
            self.sample = self.sample.max(event.position.sample);
        }
        let counts = self.port.writer.statistics();
        if counts.sent + counts.forgotten > counts.written {
            findings.found(format!("#{}: more than was written: {counts:?}", self.name));
        }
        if self.answered > self.flushes && !self.interrupted {
            findings.found(format!("#{}: flush {} is answered, of {}", self.name, self.answered, self.flushes));
        }
    }
}
