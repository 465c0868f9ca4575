//! Control: the engine's own streams that come back to it: calls to itself, and loops (RFC 3550 section 8.2).
//!
//! A stream of ours that arrives at one of our ports is one of two things. It may be a call that went out by one session and
//! came in by another (a hairpin: forwarding, a trunk to ourselves): it is heard. Or it carries what the session that
//! receives it says itself: sent out by its bridge partner or a member of its room, returned by a far end, or round through
//! further calls of ours. That is a loop: it would go round for ever, and is not heard. What distinguishes them is the way:
//! from who hears, over who is sent what it says and who hears that, back to who sent the packet. Connections change, so it
//! is looked at again whenever one does.

use super::Supervisor;
use super::returns::{Connections, Return, Returns};
use crate::error::Occupation;
use crate::integration::{Loops, OwnStreams, PortVerb};
use crate::session::EventKind;
use crate::types::{ConferenceId, SessionId};
use std::collections::HashMap;
use std::net::SocketAddr;

#[derive(Debug, Default)]
pub(super) struct Hairpins {
    /// What receivers ask.
    pub(super) own: OwnStreams,
    senders: HashMap<u32, SessionId>,
    /// How many of ours share a place of the table.
    slots: HashMap<u16, u32>,
    returns: Returns,
}

impl Hairpins {
    /// A session sends under that SSRC from now on, and no longer under the one before.
    pub(super) fn sends(&mut self, id: SessionId, ssrc: u32, before: Option<u32>) {
        self.ends(id, before);
        if self.senders.insert(ssrc, id).is_none() {
            let slot = OwnStreams::slot(ssrc);
            *self.slots.entry(slot).or_default() += 1;
            self.own.set(slot, true);
        }
    }

    /// A stream of a session ended.
    pub(super) fn ends(&mut self, id: SessionId, ssrc: Option<u32>) {
        let Some(ssrc) = ssrc.filter(|ssrc| self.senders.get(ssrc) == Some(&id)) else { return };
        self.senders.remove(&ssrc);
        let slot = OwnStreams::slot(ssrc);
        if let Some(count) = self.slots.get_mut(&slot) {
            *count -= 1;
            if *count == 0 {
                self.slots.remove(&slot);
                self.own.set(slot, false);
            }
        }
        self.returns.ends(id, ssrc);
    }

    /// A session ended: it hears nothing any more, and nobody hears it.
    pub(super) fn forget(&mut self, id: SessionId, ssrc: u32) {
        self.ends(id, Some(ssrc));
        self.returns.forget(id);
    }

    /// A connection of that session has changed.
    pub(super) fn reconsider(&mut self, id: SessionId) {
        self.returns.reconsider(id);
    }
}

impl Connections for Supervisor {
    fn occupation(&self, id: SessionId) -> Option<Occupation> {
        self.sessions.get(id).and_then(|session| session.state.occupation)
    }

    fn members(&self, room: ConferenceId) -> &[SessionId] {
        self.rooms.get(room).map_or(&[], |room| &room.members)
    }
}

impl Supervisor {
    /// A session hears another source than before.
    pub(super) fn hear_source(&mut self, hearer: SessionId, ssrc: u32, from: Option<SocketAddr>) {
        let sender = self.hairpins.senders.get(&ssrc).filter(|_| self.sessions.get(hearer).is_some());
        let new = sender.map(|&sender| Return { hearer, sender, ssrc, from, looped: false });
        self.hairpins.returns.hear(hearer, ssrc, new);
        // At once: beside a loop the peer's own packets come, and the next notice may be of them.
        let mut returns = std::mem::take(&mut self.hairpins.returns);
        let changed = returns.judge(hearer, self);
        self.hairpins.returns = returns;
        self.tell_returns(&changed);
    }

    /// Looks at what comes back where a connection has changed, some of it in each step.
    pub(super) fn judge_returns(&mut self) {
        let mut returns = std::mem::take(&mut self.hairpins.returns);
        let changed = returns.judge_due(self);
        self.hairpins.returns = returns;
        self.tell_returns(&changed);
    }

    fn tell_returns(&mut self, changed: &[Return]) {
        for now in changed {
            self.send_loops(now.hearer);
            if let (true, Some(from)) = (now.looped, now.from) {
                let what = "come back to it by way of another session and are not heard: look for a loop of bridges";
                self.warn_of(now.hearer, format_args!("its own sound's packets, from {from}, {what}"));
                self.tell(now.hearer, EventKind::Looped(from));
            }
        }
    }

    fn send_loops(&mut self, hearer: SessionId) {
        let Some((port, binding)) = self.sessions.get(hearer).and_then(|session| session.port) else { return };
        let mut loops = Loops::default();
        let refused = self.hairpins.returns.of(hearer).iter().rev().filter(|r| r.looped);
        loops.iter_mut().zip(refused).for_each(|(place, r)| *place = Some(r.ssrc));
        self.port_order(port, binding, PortVerb::Loops(loops), None);
    }
}
