//! Control: which streams of ours come back to the engine, by who hears them, and whether what one says is part of what another
//! sends over them.
//!
//! The work of a judgement goes with what is within reach of the listener, and of a look at all of them with the number that
//! changed: a thousand calls to ourselves are a thousand looks, not a million.

use crate::error::Connection;
use crate::types::{ConferenceId, SessionId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;

/// Sessions and returns that are looked at in one step of the supervisor, or a few more: what is left has its turn in the
/// next.
const LOOKS_A_STEP: usize = 4_096;

/// A session hears a stream of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Return {
    pub(crate) listener: SessionId,
    pub(crate) sender: SessionId,
    pub(crate) ssrc: u32,
    pub(crate) from: Option<SocketAddr>,
    /// It is a loop, and not heard.
    pub(crate) looped: bool,
}

/// How sessions are connected.
pub(crate) trait Connections {
    /// What a session is in.
    fn connection(&self, id: SessionId) -> Option<Connection>;
    /// Who is in a room.
    fn members(&self, room: ConferenceId) -> &[SessionId];

    /// Whether one session's peer is sent what the other's says.
    fn hears(&self, listener: SessionId, speaker: SessionId) -> bool {
        match self.connection(listener) {
            Some(Connection::Bridge(with)) => {
                let barges = |to: SessionId| self.connection(speaker) == Some(Connection::Monitor(to));
                with == speaker || barges(listener) || barges(with)
            }
            Some(Connection::Monitor(party)) => {
                party == speaker || self.connection(party) == Some(Connection::Bridge(speaker))
            }
            room @ Some(Connection::Conference(_)) => listener != speaker && room == self.connection(speaker),
            None => false,
        }
    }
}

/// All returns.
#[derive(Debug, Default)]
pub(crate) struct Returns {
    /// By listener: one that is heard, and loops, which are not.
    of: BTreeMap<SessionId, Vec<Return>>,
    /// Who hears streams of a session, once for each.
    listeners: BTreeMap<SessionId, Vec<SessionId>>,
    /// Hearers whose returns are to be looked at again, in this order, each once.
    due: VecDeque<SessionId>,
    waiting: BTreeSet<SessionId>,
    /// What was looked at so far.
    pub(crate) looks: usize,
}

impl Returns {
    /// A session hears another source than before: one of ours, or (`None`) somebody else's. Loops stay known.
    pub(crate) fn hear(&mut self, listener: SessionId, ssrc: u32, new: Option<Return>) {
        self.remove(listener, |r| !r.looped || r.ssrc == ssrc);
        if let Some(new) = new {
            self.of.entry(listener).or_default().push(new);
            self.listeners.entry(new.sender).or_default().push(listener);
        }
    }

    /// A stream of a session ended.
    pub(crate) fn ends(&mut self, sender: SessionId, ssrc: u32) {
        for listener in self.listeners.get(&sender).cloned().unwrap_or_default() {
            self.remove(listener, |r| r.ssrc == ssrc);
        }
    }

    /// A session ended.
    pub(crate) fn forget(&mut self, id: SessionId) {
        self.remove(id, |_| true);
        for listener in self.listeners.get(&id).cloned().unwrap_or_default() {
            self.remove(listener, |r| r.sender == id);
        }
    }

    fn remove(&mut self, listener: SessionId, which: impl Fn(&Return) -> bool) {
        let Some(all) = self.of.get_mut(&listener) else { return };
        let (gone, left) = all.iter().partition::<Vec<Return>, _>(|r| which(r));
        *all = left;
        if all.is_empty() {
            self.of.remove(&listener);
        }
        for r in &gone {
            let Some(listeners) = self.listeners.get_mut(&r.sender) else { continue };
            if let Some(at) = listeners.iter().position(|id| *id == listener) {
                listeners.remove(at);
            }
            if listeners.is_empty() {
                self.listeners.remove(&r.sender);
            }
        }
        if gone.iter().any(|r| !r.looped) {
            self.reconsider_all();
        }
    }

    /// A connection of that session has changed. Only those of who hears a return, or is heard in one, are part of a way.
    pub(crate) fn reconsider(&mut self, id: SessionId) {
        if self.of.contains_key(&id) || self.listeners.contains_key(&id) {
            self.reconsider_all();
        }
    }

    /// What waits already keeps its turn, so that everyone has one however often connections change.
    fn reconsider_all(&mut self) {
        let Self { of, due, waiting, .. } = self;
        due.extend(of.keys().filter(|id| waiting.insert(**id)));
    }

    /// What a listener hears of ours.
    pub(crate) fn of(&self, listener: SessionId) -> &[Return] {
        self.of.get(&listener).map_or(&[], Vec::as_slice)
    }

    /// Looks at what is due, as far as this step goes; gives what has changed.
    pub(crate) fn judge_due(&mut self, connections: &impl Connections) -> Vec<Return> {
        let (mut changed, until) = (Vec::new(), self.looks + LOOKS_A_STEP);
        while self.looks < until
            && let Some(listener) = self.due.pop_front()
        {
            self.waiting.remove(&listener);
            changed.extend(self.judge(listener, connections));
        }
        changed
    }

    /// Looks at what one hears; gives what has changed.
    pub(crate) fn judge(&mut self, listener: SessionId, connections: &impl Connections) -> Vec<Return> {
        let mut changed = Vec::new();
        for at in 0..self.of(listener).len() {
            let Some(&now) = self.of(listener).get(at) else { continue };
            let looped = self.reaches(&now, connections);
            if looped == now.looped {
                continue;
            }
            if let Some(r) = self.of.get_mut(&listener).and_then(|all| all.get_mut(at)) {
                r.looped = looped;
                changed.push(*r);
            }
            if looped {
                // What went round by it too may be open now.
                self.reconsider_all();
            }
        }
        changed
    }

    /// Whether what the listener says is part of what the sender sends, over any number of our own calls other than this one.
    fn reaches(&mut self, this: &Return, connections: &impl Connections) -> bool {
        let (mut speakers, mut seen) = (vec![this.listener], BTreeSet::from([this.listener]));
        // Whoever was first to speak in a room; the second one only adds the first to those who hear.
        let mut rooms = BTreeMap::<ConferenceId, Option<SessionId>>::new();
        while let Some(speaker) = speakers.pop() {
            self.looks += 1;
            if connections.hears(this.sender, speaker) {
                return true;
            }
            let (first, second);
            let sent: &[SessionId] = match connections.connection(speaker) {
                Some(Connection::Bridge(with)) => {
                    first = [with];
                    &first
                }
                Some(Connection::Monitor(party)) => {
                    second = match connections.connection(party) {
                        Some(Connection::Bridge(with)) => [party, with],
                        _ => [party, party],
                    };
                    &second
                }
                Some(Connection::Conference(room)) => match rooms.get_mut(&room) {
                    None => {
                        rooms.insert(room, Some(speaker));
                        connections.members(room)
                    }
                    Some(spoke) => {
                        first = [spoke.take().unwrap_or(speaker)];
                        &first
                    }
                },
                None => &[],
            };
            for &who in sent {
                self.looks += 1;
                let Some(listeners) = self.listeners.get(&who).filter(|_| connections.hears(who, speaker)) else {
                    continue;
                };
                for &listener in listeners {
                    self.looks += 1;
                    let open = |r: &Return| r.sender == who && !r.looped && r != this;
                    if !seen.contains(&listener) && self.of(listener).iter().any(open) {
                        seen.insert(listener);
                        speakers.push(listener);
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
