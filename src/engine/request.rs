//! Control: a request on its way from a handle to the supervisor.

use super::supervisor::Supervisor;
use crate::types::{MediaTime, SessionId};

/// Whether a request is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Answered, or to be answered by a receipt.
    Done,
    /// To be carried out again when that session's leg has arrived at its new place.
    WaitFor(SessionId),
}

/// What a request does, again if it has to wait. Without a supervisor it answers that the queue is full.
pub(crate) type Run = Box<dyn FnMut(Option<&mut Supervisor>) -> Step + Send>;

/// A request.
pub(crate) struct Request {
    pub(crate) submitted: MediaTime,
    pub(crate) run: Run,
}
