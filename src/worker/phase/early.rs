//! Real-time: phases 0 and 5: a packet that will not be filled goes out short, where its output is exchanged or its source's own
//! payloads are to pass on from the next block.

use crate::types::MediaTime;
use crate::worker::leg::Output;
use crate::worker::state::Worker;

impl Worker {
    /// Sends what an output has of a packet that it will not fill. Returns the blocks that are left with it, because its codec can
    /// make no packet of so few; what is left behind a packet that went out is discarded.
    pub(in crate::worker) fn end_packet_early(&mut self, index: u32, at: MediaTime) -> u8 {
        let blocks = match self.legs.get(index) {
            Some((_, body)) => match &mut body.output {
                Output::Rtp(output) => output.blocks,
                _ => 0,
            },
            None => 0,
        };
        let mut sent = 0;
        while sent < blocks
            && let Some((head, body)) = self.legs.get(index)
            && let Output::Rtp(output) = &mut body.output
            && let Some(done) = output.finish_early(sent, blocks)
        {
            sent += done;
            output.blocks = blocks - sent;
            let stamp = head.output.clock.stamp(done, output.timestamp_step);
            self.emit(index, stamp, None, at);
        }
        if sent > 0
            && let Some((head, body)) = self.legs.get(index)
        {
            head.interrupt(body);
        }
        if sent > 0 { 0 } else { blocks }
    }
}
