//! Real-time: marks that are reached, and events on their way to the agent.

use super::super::event::{AgentEvent, AgentEventKind};
use super::super::link::{AgentPosition, Link, add};
use super::super::writer::Mark;
use std::sync::Arc;

/// Places that marks leave to other events: they can wait.
const MARKS_LEAVE: usize = 64;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Teller {
    link: Arc<Link>,
    marks: rtrb::Consumer<Mark>,
    events: rtrb::Producer<AgentEvent>,
    /// Where nothing was to follow.
    finished: Option<u64>,
}

impl Teller {
    pub(super) const fn new(link: Arc<Link>, marks: rtrb::Consumer<Mark>, events: rtrb::Producer<AgentEvent>) -> Self {
        Self { link, marks, events, finished: None }
    }

    /// Tells; what finds no room is lost and counted.
    pub(super) fn tell(&mut self, position: AgentPosition, kind: AgentEventKind) {
        if self.events.push(AgentEvent { position, kind }).is_err() {
            add(&self.link.events_lost, 1);
        }
    }

    /// Tells of the marks up to `next` of that turn, and of those of turns before it; `place` says when a sample was sent.
    pub(super) fn tell_marks(&mut self, turn: u32, next: u64, place: impl Fn(u64) -> AgentPosition) {
        while self.events.slots() > MARKS_LEAVE {
            let reached = |mark: &Mark| mark.turn < turn || (mark.turn == turn && mark.at <= next);
            let Some(mark) = self.marks.peek().ok().copied().filter(reached) else { return };
            let _ = self.marks.pop();
            match mark.id {
                Some(id) if mark.turn < turn => self.tell(place(next), AgentEventKind::MarkForgotten(id)),
                Some(id) => self.tell(place(mark.at), AgentEventKind::Mark(id)),
                None if mark.turn == turn => self.finished = Some(mark.at),
                None => {}
            }
        }
    }

    /// Whether nothing was to follow behind `next`.
    pub(super) fn is_finished(&self, next: u64) -> bool {
        self.finished == Some(next)
    }
}
