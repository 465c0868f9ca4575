//! Control: the engine's own streams that come back to it: calls to itself, and loops (RFC 3550 section 8.2).
//!
//! A stream of ours that arrives at one of our ports is one of two things. It may be a call that went out by one session and
//! came in by another (a hairpin: forwarding, a trunk to ourselves): it is heard. Or it carries what the session that
//! receives it says itself: sent out by its bridge partner or a member of its room, returned by a far end, or round through
//! further calls of ours. That is a loop: it would go round for ever, and is not heard. What distinguishes them is the way:
//! from who hears, over who is sent what it says and who hears that, back to who sent the packet. Connections change, so it
//! is looked at again whenever one does.

use crate::control::records::returns::{Connections, Return};
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::session::EventKind;
use crate::transport::{Loops, PortVerb};
use crate::types::{ConferenceId, SessionId};
use std::net::SocketAddr;

impl Connections for Supervisor {
    fn connection(&self, id: SessionId) -> Option<Connection> {
        self.sessions.get(id).and_then(|session| session.state.connection)
    }

    fn members(&self, room: ConferenceId) -> &[SessionId] {
        self.rooms.get(room).map_or(&[], |room| &room.members)
    }
}

impl Supervisor {
    /// A session hears another source than before.
    pub(in crate::control) fn hear_source(&mut self, listener: SessionId, ssrc: u32, from: Option<SocketAddr>) {
        let sender = self.hairpins.senders.get(&ssrc).filter(|_| self.sessions.get(listener).is_some());
        let new = sender.map(|&sender| Return { listener, sender, ssrc, from, looped: false });
        self.hairpins.returns.hear(listener, ssrc, new);
        // At once: beside a loop the peer's own packets come, and the next notice may be of them.
        let mut returns = std::mem::take(&mut self.hairpins.returns);
        let changed = returns.judge(listener, self);
        self.hairpins.returns = returns;
        self.tell_returns(&changed);
    }

    /// Looks at what comes back where a connection has changed, some of it in each step.
    pub(in crate::control) fn judge_returns(&mut self) {
        let mut returns = std::mem::take(&mut self.hairpins.returns);
        let changed = returns.judge_due(self);
        self.hairpins.returns = returns;
        self.tell_returns(&changed);
    }

    fn tell_returns(&mut self, changed: &[Return]) {
        for now in changed {
            self.send_loops(now.listener);
            if let (true, Some(from)) = (now.looped, now.from) {
                let what = "come back to it by way of another session and are not heard: look for a loop of bridges";
                self.warn_of(now.listener, format_args!("its own sound's packets, from {from}, {what}"));
                self.tell(now.listener, EventKind::Looped(from));
            }
        }
    }

    fn send_loops(&mut self, listener: SessionId) {
        let Some((port, binding)) = self.sessions.get(listener).and_then(|session| session.port) else { return };
        let mut loops = Loops::default();
        let refused = self.hairpins.returns.of(listener).iter().rev().filter(|r| r.looped);
        loops.iter_mut().zip(refused).for_each(|(place, r)| *place = Some(r.ssrc));
        self.port_order(port, binding, PortVerb::Loops(loops), None);
    }
}
