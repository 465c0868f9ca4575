//! Real-time: an Opus packet that is shorter than the others of its stream, in the midst of it.

use super::OpusEncoder;
use crate::codec::{AudioEncoder, CodecFault};
use crate::types::{BLOCK_MS, Ptime};

impl OpusEncoder {
    /// Encodes a packet of `blocks`; the next one is as long as ever.
    pub(crate) fn encode_short(&mut self, pcm: &[f32], blocks: u8, out: &mut [u8]) -> Result<usize, CodecFault> {
        let whole = self.ptime;
        self.set_ptime(Ptime::from_ms(u32::from(blocks) * BLOCK_MS).ok_or(CodecFault::BadFrame)?)?;
        let made = self.encode_into(pcm, out);
        self.ptime = whole;
        made
    }
}
