//! Control: whom a session hears in a call, as its route has it.

use crate::types::SessionId;

/// Whom a session hears, and whom it heard until just now.
#[derive(Debug, Default)]
pub(crate) struct HeardList {
    now: Vec<SessionId>,
    /// They are in the route once more, to be faded.
    fading: Vec<SessionId>,
    /// How often the route was exchanged.
    exchanged: u64,
}

impl HeardList {
    /// Others are heard from now on, those beside who are being faded; how often the route was exchanged by that.
    pub(crate) fn turn(&mut self, to: &[SessionId]) -> u64 {
        let before = std::mem::replace(&mut self.now, to.to_vec());
        let ended = before.into_iter().chain(std::mem::take(&mut self.fading));
        self.fading = ended.filter(|id| !to.contains(id)).collect();
        self.exchanged += 1;
        self.exchanged
    }

    pub(crate) fn hears(&self, id: SessionId) -> bool {
        self.now.contains(&id) || self.fading.contains(&id)
    }

    pub(crate) fn fading(&self) -> &[SessionId] {
        &self.fading
    }

    /// Who was to be faded has been, unless the route was exchanged since.
    pub(crate) fn end_fades(&mut self, exchanged: u64) -> bool {
        let last = self.exchanged == exchanged;
        if last {
            self.fading.clear();
        }
        last
    }

    /// It hears something else.
    pub(crate) fn forget(&mut self) {
        *self = Self { exchanged: self.exchanged + 1, ..Self::default() };
    }
}
