//! Control: which streams of ours come back to the engine, by who hears them, and whether what one says is part of what another
//! sends over them.
//!
//! The work of a judgement goes with what is within reach of the hearer, and of a look at all of them with the number that
//! changed: a thousand calls to ourselves are a thousand looks, not a million.

use crate::error::Occupation;
use crate::types::{ConferenceId, SessionId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;

/// Sessions and returns that are looked at in one step of the supervisor, or a few more: what is left has its turn in the
/// next.
const LOOKS_A_STEP: usize = 4_096;

/// A session hears a stream of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Return {
    pub(super) hearer: SessionId,
    pub(super) sender: SessionId,
    pub(super) ssrc: u32,
    pub(super) from: Option<SocketAddr>,
    /// It is a loop, and not heard.
    pub(super) looped: bool,
}

/// How sessions are connected.
pub(super) trait Connections {
    /// What a session is in.
    fn occupation(&self, id: SessionId) -> Option<Occupation>;
    /// Who is in a room.
    fn members(&self, room: ConferenceId) -> &[SessionId];

    /// Whether one session's peer is sent what the other's says.
    fn hears(&self, hearer: SessionId, speaker: SessionId) -> bool {
        match self.occupation(hearer) {
            Some(Occupation::Bridge(with)) => with == speaker,
            room @ Some(Occupation::Conference(_)) => hearer != speaker && room == self.occupation(speaker),
            None => false,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Returns {
    /// By hearer: one that is heard, and loops, which are not.
    of: BTreeMap<SessionId, Vec<Return>>,
    /// Who hears streams of a session, once for each.
    hearers: BTreeMap<SessionId, Vec<SessionId>>,
    /// Hearers whose returns are to be looked at again, in this order, each once.
    due: VecDeque<SessionId>,
    waiting: BTreeSet<SessionId>,
    /// What was looked at so far.
    pub(super) looks: usize,
}

impl Returns {
    /// A session hears another source than before: one of ours, or (`None`) somebody else's. Loops stay known.
    pub(super) fn hear(&mut self, hearer: SessionId, ssrc: u32, new: Option<Return>) {
        self.remove(hearer, |r| !r.looped || r.ssrc == ssrc);
        if let Some(new) = new {
            self.of.entry(hearer).or_default().push(new);
            self.hearers.entry(new.sender).or_default().push(hearer);
        }
    }

    /// A stream of a session ended.
    pub(super) fn ends(&mut self, sender: SessionId, ssrc: u32) {
        for hearer in self.hearers.get(&sender).cloned().unwrap_or_default() {
            self.remove(hearer, |r| r.ssrc == ssrc);
        }
    }

    /// A session ended.
    pub(super) fn forget(&mut self, id: SessionId) {
        self.remove(id, |_| true);
        for hearer in self.hearers.get(&id).cloned().unwrap_or_default() {
            self.remove(hearer, |r| r.sender == id);
        }
    }

    fn remove(&mut self, hearer: SessionId, which: impl Fn(&Return) -> bool) {
        let Some(all) = self.of.get_mut(&hearer) else { return };
        let (gone, left) = all.iter().partition::<Vec<Return>, _>(|r| which(r));
        *all = left;
        if all.is_empty() {
            self.of.remove(&hearer);
        }
        for r in &gone {
            let Some(hearers) = self.hearers.get_mut(&r.sender) else { continue };
            if let Some(at) = hearers.iter().position(|id| *id == hearer) {
                hearers.remove(at);
            }
            if hearers.is_empty() {
                self.hearers.remove(&r.sender);
            }
        }
        if gone.iter().any(|r| !r.looped) {
            self.reconsider_all();
        }
    }

    /// A connection of that session has changed. Only those of who hears a return, or is heard in one, are part of a way.
    pub(super) fn reconsider(&mut self, id: SessionId) {
        if self.of.contains_key(&id) || self.hearers.contains_key(&id) {
            self.reconsider_all();
        }
    }

    /// What waits already keeps its turn, so that everyone has one however often connections change.
    fn reconsider_all(&mut self) {
        let Self { of, due, waiting, .. } = self;
        due.extend(of.keys().filter(|id| waiting.insert(**id)));
    }

    /// What a hearer hears of ours.
    pub(super) fn of(&self, hearer: SessionId) -> &[Return] {
        self.of.get(&hearer).map_or(&[], Vec::as_slice)
    }

    /// Looks at what is due, as far as this step goes; gives what has changed.
    pub(super) fn judge_due(&mut self, connections: &impl Connections) -> Vec<Return> {
        let (mut changed, until) = (Vec::new(), self.looks + LOOKS_A_STEP);
        while self.looks < until
            && let Some(hearer) = self.due.pop_front()
        {
            self.waiting.remove(&hearer);
            changed.extend(self.judge(hearer, connections));
        }
        changed
    }

    /// Looks at what one hears; gives what has changed.
    pub(super) fn judge(&mut self, hearer: SessionId, connections: &impl Connections) -> Vec<Return> {
        let mut changed = Vec::new();
        for at in 0..self.of(hearer).len() {
            let Some(&now) = self.of(hearer).get(at) else { continue };
            let looped = self.reaches(&now, connections);
            if looped == now.looped {
                continue;
            }
            if let Some(r) = self.of.get_mut(&hearer).and_then(|all| all.get_mut(at)) {
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

    /// Whether what the hearer says is part of what the sender sends, over any number of our own calls other than this one.
    fn reaches(&mut self, this: &Return, connections: &impl Connections) -> bool {
        let (mut speakers, mut seen) = (vec![this.hearer], BTreeSet::from([this.hearer]));
        // Whoever was first to speak in a room; the second one only adds the first to those who hear.
        let mut rooms = BTreeMap::<ConferenceId, Option<SessionId>>::new();
        while let Some(speaker) = speakers.pop() {
            self.looks += 1;
            if connections.hears(this.sender, speaker) {
                return true;
            }
            let first;
            let sent: &[SessionId] = match connections.occupation(speaker) {
                Some(Occupation::Bridge(with)) => {
                    first = [with];
                    &first
                }
                Some(Occupation::Conference(room)) => match rooms.get_mut(&room) {
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
                let Some(hearers) = self.hearers.get(&who).filter(|_| connections.hears(who, speaker)) else {
                    continue;
                };
                for &hearer in hearers {
                    self.looks += 1;
                    let open = |r: &Return| r.sender == who && !r.looped && r != this;
                    if !seen.contains(&hearer) && self.of(hearer).iter().any(open) {
                        seen.insert(hearer);
                        speakers.push(hearer);
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
#[path = "returns_tests.rs"]
mod tests;
