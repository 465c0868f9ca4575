//! Control: the engine's own streams that come back to it: calls to itself, and loops (RFC 3550 section 8.2).
//!
//! A stream of ours that arrives at one of our ports is one of two things. It may be a call that went out by one session and
//! came in by another (a hairpin: forwarding, a trunk to ourselves): it is heard. Or it carries what the session that
//! receives it says itself: sent out by its bridge partner or a member of its room, returned by a far end, or round through
//! further calls of ours. That is a loop: it would go round for ever, and is not heard. What distinguishes them is the way:
//! from who hears, over who is sent what it says and who hears that, back to who sent the packet. Connections change, so it
//! is looked at again whenever one does.

use super::Supervisor;
use crate::error::Occupation;
use crate::integration::{Loops, OwnStreams, PortVerb};
use crate::session::EventKind;
use crate::types::SessionId;
use std::collections::HashMap;
use std::net::SocketAddr;

/// A session hears a stream of another.
#[derive(Debug, Clone, Copy)]
struct Return {
    hearer: SessionId,
    ssrc: u32,
    from: Option<SocketAddr>,
    /// It is a loop, and not heard.
    looped: bool,
}

#[derive(Debug, Default)]
pub(super) struct Hairpins {
    /// What receivers ask.
    pub(super) own: OwnStreams,
    senders: HashMap<u32, SessionId>,
    /// How many of ours share a place of the table.
    slots: HashMap<u16, u32>,
    returns: Vec<Return>,
    /// A connection has changed.
    stale: bool,
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
        self.stale = true;
    }

    /// A session ended: it hears nothing any more.
    pub(super) fn forget(&mut self, id: SessionId, ssrc: u32) {
        self.ends(id, Some(ssrc));
        self.returns.retain(|r| r.hearer != id);
    }

    /// A connection has changed.
    pub(super) fn reconsider(&mut self) {
        self.stale = true;
    }
}

impl Supervisor {
    /// A session hears another source than before.
    pub(super) fn hear_source(&mut self, hearer: SessionId, ssrc: u32, from: Option<SocketAddr>) {
        // Who is heard is one; loops are others, and stay known.
        self.hairpins.returns.retain(|r| r.hearer != hearer || r.looped && r.ssrc != ssrc);
        if self.hairpins.senders.contains_key(&ssrc) && self.sessions.get(hearer).is_some() {
            self.hairpins.returns.push(Return { hearer, ssrc, from, looped: false });
        }
        self.hairpins.stale = true;
        // At once: beside a loop the peer's own packets come, and the next notice may be of them.
        self.judge_returns();
    }

    /// Looks at all that comes back, if anything has changed.
    pub(super) fn judge_returns(&mut self) {
        if !std::mem::take(&mut self.hairpins.stale) || self.hairpins.returns.is_empty() {
            return;
        }
        let senders = std::mem::take(&mut self.hairpins.senders);
        self.hairpins.returns.retain(|r| senders.contains_key(&r.ssrc));
        self.hairpins.senders = senders;
        for at in 0..self.hairpins.returns.len() {
            let Some(&now) = self.hairpins.returns.get(at) else { continue };
            let looped =
                self.hairpins.senders.get(&now.ssrc).is_some_and(|&sender| self.reaches(now.hearer, sender, at));
            if looped == now.looped {
                continue;
            }
            self.hairpins.returns[at].looped = looped;
            self.send_loops(now.hearer);
            if let (true, Some(from)) = (looped, now.from) {
                let what = "come back to it by way of another session and are not heard: look for a loop of bridges";
                self.warn_of(now.hearer, format_args!("its own sound's packets, from {from}, {what}"));
                self.tell(now.hearer, EventKind::Looped(from));
            }
        }
    }

    /// Whether what `from` says is part of what `to` sends, over any number of our own calls; the return at `except` is the
    /// one in question.
    fn reaches(&self, from: SessionId, to: SessionId, except: usize) -> bool {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(&speaker) = seen.get(next) {
            next += 1;
            if self.hears(to, speaker) {
                return true;
            }
            for (at, r) in self.hairpins.returns.iter().enumerate() {
                let open = at != except && !r.looped && !seen.contains(&r.hearer);
                if open && self.hairpins.senders.get(&r.ssrc).is_some_and(|&sender| self.hears(sender, speaker)) {
                    seen.push(r.hearer);
                }
            }
        }
        false
    }

    /// Whether one session's peer is sent what the other's says.
    fn hears(&self, hearer: SessionId, speaker: SessionId) -> bool {
        let occupation = |id| self.sessions.get(id).and_then(|session| session.state.occupation);
        match occupation(hearer) {
            Some(Occupation::Bridge(with)) => with == speaker,
            room @ Some(Occupation::Conference(_)) => hearer != speaker && room == occupation(speaker),
            None => false,
        }
    }

    fn send_loops(&mut self, hearer: SessionId) {
        let Some((port, binding)) = self.sessions.get(hearer).and_then(|session| session.port) else { return };
        let mut loops = Loops::default();
        let refused = self.hairpins.returns.iter().rev().filter(|r| r.hearer == hearer && r.looped);
        loops.iter_mut().zip(refused).for_each(|(place, r)| *place = Some(r.ssrc));
        self.port_order(port, binding, PortVerb::Loops(loops), None);
    }
}
