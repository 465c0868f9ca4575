//! Control: how a session's Opus encoder works, changed while it runs.

use crate::codec::audio::opus::OpusSettings;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, SessionError};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::Verb;

impl Supervisor {
    pub(crate) fn set_opus(
        &mut self,
        id: SessionId,
        settings: OpusSettings,
        promise: &mut Option<Promise<OpusSettings>>,
    ) -> Step {
        match self.try_set_opus(id, settings) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, key, in_force))) => {
                let after = self.promised(promise, in_force);
                // Where another codec is sent, its encoder will be built with them.
                let sends = self.session(id).is_ok_and(|session| session.sending().sends_opus());
                let verb = if sends { Verb::ConfigureOpus(key, in_force) } else { Verb::Publish(key) };
                self.order(worker, verb, after);
                if let Some(Connection::Conference(room)) = self.session(id).ok().and_then(|s| s.state.connection) {
                    self.share_encoding(room, id);
                }
                Step::Done
            }
        }
    }

    fn try_set_opus(
        &mut self,
        id: SessionId,
        settings: OpusSettings,
    ) -> Result<Option<(WorkerId, LegKey, OpusSettings)>, Error> {
        settings.check().map_err(SessionError::Parameter)?;
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        let session = self.session_mut(id)?;
        let sent = session.sending().opus(settings);
        let refused = || SessionError::NoOpus(id, sent.send.to_string());
        let in_force = sent.opus_in_force().ok_or_else(refused)?;
        session.params.opus = Some(settings);
        Ok(Some((worker, key, in_force)))
    }

    pub(crate) fn opus_settings(&mut self, id: SessionId, promise: &mut Option<Promise<OpusSettings>>) -> Step {
        let known = self.session(id).map_err(Error::from).and_then(|session| {
            let sent = session.sending();
            let refused = || SessionError::NoOpus(id, sent.send.to_string());
            Ok(sent.opus_in_force().ok_or_else(refused)?)
        });
        Self::settle(promise, known)
    }
}
