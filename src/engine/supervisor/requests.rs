//! Control: requests carried out, as many in a step as leave receipts and events not far behind.

use super::Supervisor;
use crate::engine::plan::ORDER_BACKLOG;
use crate::engine::request::Step;

/// Requests that one step carries out at most.
const REQUESTS_PER_STEP: usize = 256;

impl Supervisor {
    pub(super) fn carry_out_requests(&mut self) {
        for _ in 0..REQUESTS_PER_STEP {
            if self.held_back() {
                break;
            }
            let Some(mut request) = self.ready.pop_front().or_else(|| self.requests.take()) else { break };
            self.submitted = request.submitted;
            if let Step::WaitFor(session) = (request.run)(Some(self)) {
                match self.sessions.get_mut(session) {
                    Some(waited) => waited.waiting.push_back(request),
                    None => self.ready.push_back(request),
                }
            }
        }
    }

    /// Whether so many orders wait that requests have to.
    pub(super) fn held_back(&self) -> bool {
        !self.requests.is_ending() && self.workers.iter().any(|w| w.backlog() >= ORDER_BACKLOG)
    }
}
