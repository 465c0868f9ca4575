//! Real-time: the packets that the outputs of a batch have completed: from their encoding to the rings of their ports.

use crate::worker::leg::{BATCH, Passed, Stamp};

/// A packet for each output of a batch; its payload lies with the output, or with the source that it passed through.
#[derive(Debug)]
pub(in crate::worker) struct Sealed([Option<(Stamp, Option<Passed>)>; BATCH]);

impl Sealed {
    pub(in crate::worker) const fn new() -> Self {
        Self([const { None }; BATCH])
    }

    /// An output has completed a packet.
    pub(in crate::worker) fn put(&mut self, index: u32, stamp: Stamp, passed: Option<Passed>) {
        self.0[index as usize % BATCH] = Some((stamp, passed));
    }

    /// What an output has completed, once.
    pub(in crate::worker) fn take(&mut self, index: u32) -> Option<(Stamp, Option<Passed>)> {
        self.0[index as usize % BATCH].take()
    }
}
