//! Control: silence of a session's party is told, or no more.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::SessionError;
use crate::session::SilenceParams;
use crate::types::SessionId;
use crate::worker::Verb;

impl Supervisor {
    pub(crate) fn set_silence(
        &mut self,
        id: SessionId,
        params: Option<SilenceParams>,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        match params.map(|params| params.plan()).transpose() {
            Err(error) => Self::refuse(promise, SessionError::Parameter(error)),
            Ok(plan) => self.on_leg(id, promise, (), |s, worker, key, after| {
                s.order(worker, Verb::SetSilence(key, plan), after);
            }),
        }
    }
}
