//! Real-time: an encoder that begins in the midst of sound.
//!
//! One that begins with an empty memory puts 6.5 ms of silence before its first sample, and then the voice sets in as if it
//! were cut. What came before is therefore encoded into nothing first. The first packet that is sent does not lean on it:
//! it is coded without prediction from earlier packets, as the peer's decoder has none.

use super::OpusEncoder;
use super::state::request;
use crate::codec::AudioEncoder;
use crate::types::{BLOCK_MS, Ptime};

impl OpusEncoder {
    /// Has the next packet follow on `past`, 10 or 20 ms of sound, one channel. Real-time safe; costs as much as a packet of
    /// that length. `room` is written over.
    pub(crate) fn pre_roll(&mut self, past: &[f32], room: &mut [u8]) {
        let (blocks, ptime) = (past.len() / self.rate.block_samples(), self.ptime);
        let Some(own) = Ptime::from_ms(blocks as u32 * BLOCK_MS) else { return };
        if self.channels == 1 && self.set_ptime(own).is_ok() && self.encode_into(past, room).is_ok() {
            self.state.set(request::PREDICTION_DISABLED, 1);
            self.follows_pre_roll = true;
        }
        self.ptime = ptime;
    }

    /// After a packet: the next may lean on it.
    pub(super) fn end_pre_roll(&mut self) {
        if std::mem::take(&mut self.follows_pre_roll) {
            self.state.set(request::PREDICTION_DISABLED, 0);
        }
    }
}
