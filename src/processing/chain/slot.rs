//! Real-time: the place of one stage in the chain. A stage comes, goes or is replaced without a click: for the block in
//! which that happens both ways are run, and faded one into the other.

use crate::processing::finite::all_finite;
use crate::processing::stage::StageFault;
use crate::rt::MAX_BLOCK_SAMPLES;

/// The place of one stage. The stage that it replaced stays beside it until the control side collects both.
#[derive(Debug)]
pub(super) struct Slot<S> {
    stage: Option<S>,
    former: Option<S>,
    fading: bool,
}

/// Buffers of one stage at a time.
#[derive(Debug)]
pub(super) struct Scratch {
    before: [f32; MAX_BLOCK_SAMPLES],
    former: [f32; MAX_BLOCK_SAMPLES],
}

impl Scratch {
    pub(super) const fn new() -> Self {
        Self { before: [0.0; MAX_BLOCK_SAMPLES], former: [0.0; MAX_BLOCK_SAMPLES] }
    }
}

impl<S> Default for Slot<S> {
    fn default() -> Self {
        Self { stage: None, former: None, fading: false }
    }
}

/// What a stage did to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StageOutcome {
    /// There is none.
    Nothing,
    /// It worked.
    Done,
    /// It refused the block, or gave NaN: the block is as it was before.
    Failed,
}

impl<S> Slot<S> {
    pub(super) fn new(stage: Option<S>) -> Self {
        Self { stage, former: None, fading: false }
    }

    pub(super) fn stage(&self) -> Option<&S> {
        self.stage.as_ref()
    }

    pub(super) fn stage_mut(&mut self) -> Option<&mut S> {
        self.stage.as_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stage.is_none() && !self.fading
    }

    /// Runs `work` on the stage and on the one being faded out.
    pub(super) fn each(&mut self, work: impl FnMut(&mut S)) {
        self.stage.iter_mut().chain(&mut self.former).for_each(work);
    }

    /// Follows on `other`: takes its stage as its own (`keep`), or fades it out. `other` is left with what is to go home.
    pub(super) fn continue_from(&mut self, other: &mut Self, keep: bool) {
        if keep {
            std::mem::swap(self, other);
        } else {
            self.fading = self.stage.is_some() || other.stage.is_some();
            std::mem::swap(&mut self.former, &mut other.stage);
        }
    }

    /// The same of a stage that only listens: there is nothing to fade, and one that is gone is gone at once.
    pub(super) fn listen_on_from(&mut self, other: &mut Self, keep: bool) {
        self.continue_from(other, keep);
        self.fading = false;
    }

    /// Has a stage that replaced another go on from it.
    pub(super) fn succeed(&mut self, go_on: impl FnOnce(&mut S, &S)) {
        if let (Some(stage), Some(former), true) = (&mut self.stage, &self.former, self.fading) {
            go_on(stage, former);
        }
    }

    /// Runs the stage on a block in place.
    pub(super) fn run(
        &mut self,
        scratch: &mut Scratch,
        block: &mut [f32],
        mut work: impl FnMut(&mut S, &mut [f32]) -> Result<(), StageFault>,
    ) -> StageOutcome {
        if self.stage.is_none() && !self.fading {
            return StageOutcome::Nothing;
        }
        let Some(before) = scratch.before.get_mut(..block.len()) else { return StageOutcome::Failed };
        before.copy_from_slice(block);
        let mut ran = StageOutcome::Done;
        if let Some(stage) = &mut self.stage
            && (work(stage, block).is_err() || !all_finite(block))
        {
            block.copy_from_slice(before);
            ran = StageOutcome::Failed;
        }
        if std::mem::take(&mut self.fading) {
            // The former one fails in silence: it is on its way out.
            let Some(former) = scratch.former.get_mut(..block.len()) else { return StageOutcome::Failed };
            former.copy_from_slice(before);
            if let Some(stage) = &mut self.former
                && (work(stage, former).is_err() || !all_finite(former))
            {
                former.copy_from_slice(before);
            }
            let step = 1.0 / block.len().max(1) as f32;
            for (n, (new, old)) in block.iter_mut().zip(former.iter()).enumerate() {
                let weight = (n as f32 + 0.5) * step;
                *new = *old + (*new - *old) * weight;
            }
        }
        ran
    }
}
