//! Real-time: the echo canceller's reference: what was sent to the party in the block before, at the rate of what comes
//! from it.

use crate::processing::format::{FormatError, Resampler};
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::SampleRate;

/// The last block that was sent.
#[derive(Debug)]
pub(super) struct FarEnd {
    resampler: Option<Resampler>,
    samples: usize,
    block: Box<[f32; MAX_BLOCK_SAMPLES]>,
    fresh: bool,
}

impl FarEnd {
    /// Converts from the rate that is sent to the rate that is received. Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(super) fn new(sent: SampleRate, received: SampleRate) -> Result<Self, FormatError> {
        let resampler = if sent == received { None } else { Some(Resampler::new(sent, received, 1)?) };
        let block = Box::new([0.0; MAX_BLOCK_SAMPLES]);
        Ok(Self { resampler, samples: received.block_samples(), block, fresh: false })
    }

    /// Notes what is sent.
    pub(super) fn set_reference(&mut self, sent: &[f32]) {
        let room = &mut self.block[..self.samples.min(MAX_BLOCK_SAMPLES)];
        self.fresh = match &mut self.resampler {
            None if sent.len() == room.len() => {
                room.copy_from_slice(sent);
                true
            }
            None => false,
            Some(resampler) => resampler.process_block(sent, room).is_ok(),
        };
    }

    /// What was sent since this was asked before; silence if nothing was.
    pub(super) fn take_reference(&mut self) -> &[f32] {
        let room = &mut self.block[..self.samples.min(MAX_BLOCK_SAMPLES)];
        if !std::mem::take(&mut self.fresh) {
            room.fill(0.0);
        }
        room
    }
}
