//! Real-time: what a player is asked before a block, whether it will be heard or not.

use crate::playback::player::Player;
use crate::playback::ring::{Mark, News};
use crate::types::TickNumber;

impl Player {
    /// Whether the block of `tick` is still to be played.
    pub(crate) fn waits(&self, tick: TickNumber) -> bool {
        self.at != Some(tick)
    }

    /// Once a block, before it may be asked for one: what is cut and does not sound is cleared away, and so is what ended before it
    /// had a sample. `heard`: whether it may be asked.
    pub(crate) fn attend(&mut self, heard: bool, tick: TickNumber) {
        if let Some(injected) = &mut self.injected {
            injected.attend(tick);
        }
        self.clear(heard);
    }

    pub(super) fn clear(&mut self, heard: bool) {
        self.last.forget();
        if !self.reel.may_tell() {
            return;
        }
        if let Some(current) = self.current.filter(|mark| self.control.is_cut(mark.slot, mark.epoch)) {
            if heard && !self.faded {
                // Its next block is still to be faded out.
                return;
            }
            self.leave(&current, News::Cut);
        }
        self.reel.drop_cut(&self.control);
        while let Some(front) = self.reel.front().filter(|front| self.current.is_none() && front.samples == 0) {
            let Some(end) = front.end.filter(|_| self.reel.may_tell()) else { break };
            self.reel.take(&front, &mut []);
            self.reel.tell(&front, News::Ended(end));
            self.reel.drop_cut(&self.control);
        }
    }

    /// Whether a leg that hears nothing else is to be asked for its next block: a prompt is under way, or
    /// can begin, or something is injected.
    pub(crate) fn sounds(&self) -> bool {
        let begins =
            |front: Mark| front.samples > 0 && !self.control.is_paused(front.slot) && self.reel.goes_on(&front);
        let injected = self.injected.as_ref().is_some_and(|injected| injected.waits());
        injected || self.current.is_some() || self.reel.front().is_some_and(begins)
    }
}
