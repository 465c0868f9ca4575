//! Control: sessions that are to be heard from one tick to the next: what they say is decoded before.
//!
//! Of a leg that nobody hears as samples packets pass undecoded, each at its first block: whoever began to hear it in the midst of
//! one would hear nothing until the next.

use crate::control::records::session::{PendingBridge, Place, Readied};
use crate::control::request::Step;
use crate::control::supervisor::Supervisor;
use crate::types::SessionId;
use crate::worker::{Outcome, Switch, Verb};

/// So often it is asked whether a packet has passed: no packet has as many blocks.
const ASKED: u8 = 16;

impl Supervisor {
    /// Who has to be waited for before these may be changed.
    pub(super) fn waits_for_others(&self, ids: &[SessionId]) -> Option<SessionId> {
        ids.iter().find_map(|id| self.waits_behind(*id))
    }

    /// What is asked of these waits until that one's leg is where, and as, it is to be.
    pub(super) fn wait_together(&mut self, ids: &[SessionId], mover: SessionId) -> Step {
        for id in ids {
            if let Some(session) = self.sessions.get_mut(*id) {
                session.pending_bridge = Some(PendingBridge { with: *id, mover });
            }
        }
        Step::WaitFor(mover)
    }

    /// Whether a session can be heard from the next tick on; if not, it is made so, and what waits for it is carried out then.
    pub(super) fn is_ready(&mut self, id: SessionId) -> bool {
        let Ok(session) = self.session_mut(id) else { return true };
        match session.readied {
            Readied::Now => return true,
            Readied::Soon => return false,
            Readied::Not => session.readied = Readied::Soon,
        }
        self.ask_whether_ready(id, ASKED);
        false
    }

    fn ask_whether_ready(&mut self, id: SessionId, times: u8) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let Place::At(worker, key) = session.place else {
            // What waits for it is carried out as it arrives, and asks again.
            session.readied = Readied::Not;
            return;
        };
        let answered = move |s: &mut Self, receipt: crate::worker::Receipt| {
            if receipt.outcome == Outcome::NoRoom && times > 0 {
                return s.ask_whether_ready(id, times - 1);
            }
            if let Ok(session) = s.session_mut(id) {
                session.readied = Readied::Now;
            }
            s.release_waiting(id);
        };
        self.order(worker, Verb::Set(key, Switch::Decode(true)), Some(Box::new(answered)));
    }

    /// It is decoded for those alone who hear it.
    pub(super) fn stand_down(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.readied == Readied::Now) else { return };
        session.readied = Readied::Not;
        if let Place::At(worker, key) = session.place {
            self.order(worker, Verb::Set(key, Switch::Decode(false)), None);
        }
    }
}
