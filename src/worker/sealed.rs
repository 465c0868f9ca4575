//! Real-time: the packets that the outputs of a batch have completed: from their encoding to the rings of their ports.

use super::out_clock::Stamp;
use super::output::Passed;
use super::slab::BATCH;
use super::tick::Worker;
use crate::types::MediaTime;

/// A packet for each output of a batch; its payload lies with the output, or with the source that it passed through.
#[derive(Debug)]
pub(super) struct Sealed([Option<(Stamp, Option<Passed>)>; BATCH]);

impl Sealed {
    pub(super) const fn new() -> Self {
        Self([const { None }; BATCH])
    }
}

impl Worker {
    /// An output has completed a packet, which [`emit_sealed`](Self::emit_sealed) sends when the batch is encoded.
    pub(super) fn seal(&mut self, index: u32, stamp: Stamp, passed: Option<Passed>) {
        self.sealed.0[index as usize % BATCH] = Some((stamp, passed));
    }

    /// Sends what an output has completed.
    pub(super) fn emit_sealed(&mut self, index: u32, now: MediaTime) {
        if let Some((stamp, passed)) = self.sealed.0[index as usize % BATCH].take() {
            super::planted::spend(crate::telemetry::Phase::Emit);
            self.emit(index, stamp, passed, now);
        }
    }
}
