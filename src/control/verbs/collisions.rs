//! Control: a session whose SSRC another sends under goes on under a new one (RFC 3550 section 8.2).

use crate::control::supervisor::Supervisor;
use crate::error::Error;
use crate::session::EventKind;
use crate::types::SessionId;
use std::net::SocketAddr;

impl Supervisor {
    /// Its I/O thread asks again as long as it sees the old one.
    pub(in crate::control) fn resolve_collision(&mut self, id: SessionId, before: u32, from: SocketAddr) {
        if self.sessions.get(id).is_none_or(|session| session.numbers.0 != before) {
            return;
        }
        match self.take_new_ssrc(id) {
            Ok(None) => {}
            Ok(Some(ssrc)) => {
                let what = format_args!("{from} sends under our SSRC {before:#010x}: {ssrc:#010x} from now on");
                self.warn_of(id, what);
                self.tell(id, EventKind::SsrcCollision { from, before, ssrc });
            }
            Err(error) => self.warn_of(id, format_args!("{from} sends under our SSRC, which stays: {error}")),
        }
    }

    /// `None` while its leg moves.
    fn take_new_ssrc(&mut self, id: SessionId) -> Result<Option<u32>, Error> {
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        let session = self.session(id)?;
        let (params, index, before) = (session.params.clone(), session.sends, session.sending());
        let ssrc = loop {
            let drawn = self.identifiers.next() as u32;
            if !self.hairpins.senders.contains_key(&drawn) {
                break drawn;
            }
        };
        let ssrc = self.change_output(worker, key, &before, (&params, index), Some(ssrc))?;
        self.renumber(id, ssrc);
        self.send_expectation(id);
        Ok(ssrc)
    }
}
