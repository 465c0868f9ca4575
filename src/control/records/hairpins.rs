//! Control: which streams are the engine's own, and where they come back to it.

use super::returns::Returns;
use crate::transport::OwnStreams;
use crate::types::SessionId;
use std::collections::HashMap;

/// The engine's own streams.
#[derive(Debug, Default)]
pub(crate) struct Hairpins {
    /// What receivers ask.
    pub(crate) own: OwnStreams,
    pub(crate) senders: HashMap<u32, SessionId>,
    /// How many of ours share a place of the table.
    slots: HashMap<u16, u32>,
    pub(crate) returns: Returns,
}

impl Hairpins {
    /// A session sends under that SSRC from now on, and no longer under the one before.
    pub(crate) fn sends(&mut self, id: SessionId, ssrc: u32, before: Option<u32>) {
        self.ends(id, before);
        if self.senders.insert(ssrc, id).is_none() {
            let slot = OwnStreams::slot(ssrc);
            *self.slots.entry(slot).or_default() += 1;
            self.own.set(slot, true);
        }
    }

    /// A stream of a session ended.
    pub(crate) fn ends(&mut self, id: SessionId, ssrc: Option<u32>) {
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
    pub(crate) fn forget(&mut self, id: SessionId, ssrc: u32) {
        self.ends(id, Some(ssrc));
        self.returns.forget(id);
    }

    /// A connection of that session has changed.
    pub(crate) fn reconsider(&mut self, id: SessionId) {
        self.returns.reconsider(id);
    }
}
