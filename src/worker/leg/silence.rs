//! Real-time: how long a leg's party is silent, by the clock: what does not come is silence as well.

use crate::types::{BLOCK_MS, TickNumber};
use crate::worker::leg::WorkerEventKind;

/// What counts as silence of a leg's party.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SilencePlan {
    /// Below this mean square a block is silent.
    pub below: f32,
    /// After so many blocks of it that is told.
    pub blocks: u32,
}

/// A leg's silence.
#[derive(Debug, Clone, Copy)]
pub(in crate::worker) struct SilenceWatch {
    plan: SilencePlan,
    /// The last block with a sound in it, or the one before the first.
    sound: TickNumber,
    /// There is a sound in the block under way.
    heard: bool,
    /// The silence that lasts was told.
    told: bool,
    /// What finds no room on the lane, oldest first: an end, and the silence behind it.
    waiting: [Option<WorkerEventKind>; 2],
}

impl SilenceWatch {
    /// From that block on.
    pub(in crate::worker) fn new(plan: SilencePlan, tick: TickNumber) -> Self {
        let before = TickNumber(tick.0.saturating_sub(1));
        Self { plan, sound: before, heard: false, told: false, waiting: [None; 2] }
    }

    /// A block that came; `noise`: a description of background noise, which is silence however loud it is.
    pub(in crate::worker) fn hear(&mut self, mean_square: f32, noise: bool) {
        self.heard = !noise && mean_square >= self.plan.below;
    }

    /// The end of a block.
    pub(in crate::worker) fn step(&mut self, tick: TickNumber) {
        let since = tick.since(self.sound);
        if std::mem::take(&mut self.heard) {
            // Blocks between the two sounds.
            let ms = ms(since.saturating_sub(1));
            self.sound = tick;
            if std::mem::take(&mut self.told) {
                self.wait(WorkerEventKind::SilenceEnded { ms });
            }
        } else if !self.told && since >= u64::from(self.plan.blocks) && self.waiting[0].is_none() {
            self.told = true;
            self.wait(WorkerEventKind::Silence { ms: ms(since) });
        }
    }

    fn wait(&mut self, what: WorkerEventKind) {
        // A silence is told when nothing waits, so that its end has room.
        if let Some(place) = self.waiting.iter_mut().find(|place| place.is_none()) {
            *place = Some(what);
        }
    }

    /// Hands out what is to be told, until it is not taken.
    pub(in crate::worker) fn tell(&mut self, mut take: impl FnMut(WorkerEventKind) -> bool) {
        while let Some(what) = self.waiting[0] {
            if !take(what) {
                break;
            }
            self.waiting = [self.waiting[1], None];
        }
    }
}

fn ms(blocks: u64) -> u32 {
    u32::try_from(blocks.saturating_mul(u64::from(BLOCK_MS))).unwrap_or(u32::MAX)
}
