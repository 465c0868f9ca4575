//! Real-time: a player's ends of its rings: blocks one behind another, and what is to be said of them.

use crate::playback::ring::{Mark, News, PlayerControl, PlayerNews};

/// Places for news that are there before anything is taken that gives rise to some: as much as a block can.
const NEWS_OF_A_BLOCK: usize = 6;

/// Blocks of prompts as they come.
#[derive(Debug)]
pub(super) struct Reel {
    samples: rtrb::Consumer<f32>,
    marks: rtrb::Consumer<Mark>,
    news: rtrb::Producer<PlayerNews>,
}

impl Reel {
    pub(super) fn new(
        (samples, marks, news): (rtrb::Consumer<f32>, rtrb::Consumer<Mark>, rtrb::Producer<PlayerNews>),
    ) -> Self {
        Self { samples, marks, news }
    }

    /// The next block, or end.
    pub(super) fn front(&self) -> Option<Mark> {
        self.marks.peek().ok().copied()
    }

    /// Whether something lies behind a block at the front, so that it need not be faded out.
    pub(super) fn goes_on(&self, front: &Mark) -> bool {
        front.end.is_some() || self.marks.slots() > 1
    }

    /// Whether what happens in a block can be said: nothing is to be lost.
    pub(super) fn may_tell(&self) -> bool {
        self.news.slots() >= NEWS_OF_A_BLOCK
    }

    /// There is room: [`may_tell`](Self::may_tell) was asked.
    pub(super) fn tell(&mut self, mark: &Mark, what: News) {
        let Mark { slot, epoch, position, rounds, .. } = *mark;
        let told = self.news.push(PlayerNews { slot, epoch, position, rounds, what });
        debug_assert!(told.is_ok(), "room for news was not asked for");
    }

    /// Takes the block at the front, into the start of `out`.
    pub(super) fn take(&mut self, front: &Mark, out: &mut [f32]) {
        let samples = usize::from(front.samples);
        if let Some(out) = out.get_mut(..samples) {
            // They came before their mark.
            let _ = self.samples.pop_entire_slice(out);
        }
        let _ = self.marks.pop();
    }

    /// Drops what is cut at the front.
    pub(super) fn drop_cut(&mut self, control: &PlayerControl) {
        while let Some(front) = self.front().filter(|front| control.is_cut(front.slot, front.epoch)) {
            if !self.may_tell() {
                break;
            }
            if let Ok(chunk) = self.samples.read_chunk(usize::from(front.samples)) {
                chunk.commit_all();
            }
            let _ = self.marks.pop();
            if front.end.is_some() {
                self.tell(&front, News::Dropped);
            }
        }
    }
}
