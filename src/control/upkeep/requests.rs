//! Control: requests carried out, as many in a step as leave receipts and events not far behind.

use crate::config::ORDER_BACKLOG;
use crate::control::links::port::PortControl;
use crate::control::request::Step;
use crate::control::request::queue::Quota;
use crate::control::supervisor::{Request, Supervisor};
use crate::error::EngineError;
use crate::types::SessionId;

/// Requests that one step carries out at most.
const REQUESTS_PER_STEP: usize = 256;
/// Requests that wait for the leg of one session to arrive: a tick or two, and as long as a media thread may hang unnoticed.
const WAITING_FOR_A_LEG: usize = 256;

impl Supervisor {
    pub(in crate::control) fn carry_out_requests(&mut self) {
        for _ in 0..REQUESTS_PER_STEP {
            if self.held_back() {
                break;
            }
            let Some(mut request) = self.ready.pop_front().or_else(|| self.requests.take()) else { break };
            self.submitted = request.submitted;
            let step = match self.stopping.begun {
                true => request.refuse(EngineError::Stopped),
                false => request.carry_out(self),
            };
            if let Step::WaitFor(session) = step {
                match self.sessions.get(session) {
                    Some(_) => self.have_wait(session, request),
                    None => self.ready.push_back(request),
                }
            }
        }
    }

    /// Behind a leg that moves wait so many; beyond them only what ends something.
    fn have_wait(&mut self, session: SessionId, mut request: Request) {
        let waiting = self.waiting.entry(session).or_default();
        if request.quota == Quota::Shared && waiting.len() >= WAITING_FOR_A_LEG {
            request.refuse(EngineError::Busy);
        } else {
            waiting.push_back(request);
        }
    }

    /// What waited for a session's leg may be carried out now.
    pub(in crate::control) fn release_waiting(&mut self, id: SessionId) {
        self.ready.extend(self.waiting.remove(&id).into_iter().flatten());
    }

    /// Whether so many orders wait that requests have to.
    pub(in crate::control) fn held_back(&self) -> bool {
        let mut ports = self.ports.iter().flatten();
        !self.requests.is_ending()
            && (self.workers.iter().any(|w| w.backlog() >= ORDER_BACKLOG) || ports.any(PortControl::holds_back))
    }
}
