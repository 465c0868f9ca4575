//! Real-time: what the outputs of a batch hear that is summed for them: from the mix of the batch to its encoding.

use crate::rt::MAX_BLOCK_SAMPLES;
use crate::worker::leg::BATCH;

/// A block for each output of a batch, and how much of it is filled; or that it hears what others hear, too.
#[derive(Debug)]
pub(in crate::worker) struct Mixed {
    blocks: Box<[f32]>,
    lengths: [usize; BATCH],
    /// Outputs that hear what all hear on their bus who have no part in it.
    shared: u64,
}

impl Mixed {
    /// Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(in crate::worker) fn new() -> Self {
        // 1 and back to 0, so that the pages are really there and not the kernel's shared zero page.
        let mut blocks = vec![1.0; BATCH * MAX_BLOCK_SAMPLES].into_boxed_slice();
        blocks.fill(0.0);
        Self { blocks, lengths: [0; BATCH], shared: 0 }
    }

    /// Nothing is heard by an output until it is summed anew.
    pub(in crate::worker) fn clear(&mut self, index: u32) {
        let place = index as usize % BATCH;
        self.lengths[place] = 0;
        self.shared &= !(1 << place);
    }

    /// Where the sum for an output goes.
    pub(in crate::worker) fn room(&mut self, index: u32, samples: usize) -> &mut [f32] {
        let place = index as usize % BATCH;
        self.lengths[place] = samples;
        &mut self.blocks[place * MAX_BLOCK_SAMPLES..][..samples]
    }

    /// An output hears what others hear, too.
    pub(in crate::worker) fn share(&mut self, index: u32) {
        self.shared |= 1 << (index as usize % BATCH);
    }

    /// Whether it does.
    pub(in crate::worker) fn is_shared(&self, index: u32) -> bool {
        self.shared >> (index as usize % BATCH) & 1 == 1
    }

    /// Whether it hears anything.
    pub(in crate::worker) fn has(&self, index: u32) -> bool {
        self.is_shared(index) || self.lengths[index as usize % BATCH] > 0
    }

    /// What was summed for an output, once; `None` if nothing is heard.
    pub(in crate::worker) fn take(&mut self, index: u32) -> Option<&[f32]> {
        let place = index as usize % BATCH;
        let samples = std::mem::take(&mut self.lengths[place]);
        self.blocks[place * MAX_BLOCK_SAMPLES..].get(..samples).filter(|block| !block.is_empty())
    }
}
