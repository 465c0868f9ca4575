//! Control: redundancy and pauses of what is sent, changed as a proposal has it.

use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error};
use crate::quality::Adjustment;
use crate::session::MediaSessionParams;
use crate::types::SessionId;

impl Supervisor {
    /// Whether that was done; `None`: the adjustment is about something else.
    pub(in crate::control) fn adapt_output(&mut self, id: SessionId, adjustment: Adjustment) -> Option<bool> {
        let params = self.sessions.get(id)?.adjusted_output(adjustment)?;
        match self.try_adapt_output(id, params) {
            Ok(done) => Some(done),
            Err(error) => {
                self.warn_of(id, format_args!("what is sent does not follow its peer's reports: {error}"));
                Some(false)
            }
        }
    }

    /// `false` while its leg moves.
    fn try_adapt_output(&mut self, id: SessionId, params: MediaSessionParams) -> Result<bool, Error> {
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(false) };
        let session = self.session(id)?;
        let (index, before) = (session.sends, session.sending());
        params.sending(index).check()?;
        self.change_output(worker, key, &before, (&params, index), None)?;
        let session = self.session_mut(id)?;
        session.params = params;
        session.note_adapted_output();
        self.refit_connection(id);
        if let Some(Connection::Conference(room)) = self.session(id)?.state.connection {
            self.share_encoding(room, id);
        }
        Ok(true)
    }
}
