//! Control: silence has a voice: a session whose peer's packets come and cannot be played is told of, with cause and remedy.

use crate::control::records::session::Session;
use crate::control::supervisor::Supervisor;
use crate::session::{EventKind, Unplayable};
use crate::types::SessionId;

impl Supervisor {
    /// Tells of sessions that are silent although packets come.
    pub(in crate::control) fn tell_unplayable(&mut self) {
        let silent = |session: &mut Session| {
            let cause = session.playability.judge(&session.gauges, &session.transport)?;
            Some((session.id, cause))
        };
        let silent: Vec<(SessionId, Unplayable)> = self.sessions.values_mut().filter_map(silent).collect();
        for (id, cause) in silent {
            self.warn_of(id, format_args!("nothing is heard of its peer: {cause}"));
            self.tell(id, EventKind::Unplayable(cause));
        }
    }
}
