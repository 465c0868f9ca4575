//! Real-time: one receive path after another: what it takes over of the one before, so that neither counts nor audio break.

use super::Receive;
use crate::types::SampleRate;
use crate::worker::convert::Converter;
use crate::worker::gauges::Counters;

impl Receive {
    /// With the conversion of audio of the path that this one is to replace. Control side.
    #[must_use]
    pub fn succeeding(mut self, from: SampleRate) -> Self {
        self.faded_from_former = Converter::between(from, self.rate);
        self
    }

    /// What was played last, at this path's rate.
    pub(in crate::worker) fn last_block(&self) -> &[f32] {
        if self.begun { self.path.last_blocks(1) } else { self.before.get(..self.rate.block_samples()).unwrap_or(&[]) }
    }

    /// A block of the former path at this one's rate.
    pub(in crate::worker) fn faded_from_former<'a>(&mut self, block: &'a [f32], room: &'a mut [f32]) -> &'a [f32] {
        match &mut self.faded_from_former {
            Some(converter) => converter.convert(block, room).map_or(&[], |converted| converted),
            None => block,
        }
    }

    /// Whether packets wait or are being played.
    pub(in crate::worker) fn has_audio(&self) -> bool {
        self.path.has_audio()
    }

    /// Takes over from the path that this one replaces: what it counted stays counted.
    pub(in crate::worker) fn take_over(&mut self, before: &Self, counters: &mut Counters) {
        before.count_into(counters);
        self.former = *counters;
        // The conversion begins with a full filter, so that what goes on through it has no edge.
        for block in before.path.last_blocks(2).chunks(before.block as usize) {
            match &mut self.faded_from_former {
                Some(converter) => drop(converter.convert(block, self.before.as_mut_slice())),
                None => self.before.iter_mut().zip(block).for_each(|(to, from)| *to = *from),
            }
        }
    }

    pub(in crate::worker) fn count_into(&self, counters: &mut Counters) {
        let (s, f) = (self.path.statistics(self.now), &self.former);
        counters.duplicates = f.duplicates + s.duplicates;
        counters.late = f.late + s.late;
        counters.refused = f.refused + s.suspect + s.discarded;
        counters.lost = f.lost + s.lost;
        counters.reordered = f.reordered + s.reordered;
        counters.source_changes = f.source_changes + s.resets;
        counters.concealed_blocks = f.concealed_blocks + s.concealed_blocks;
        counters.played_packets = f.played_packets + s.played;
        counters.stretched_ms = f.stretched_ms + (s.shortened_ms + s.lengthened_ms) as u64;
        counters.buffer_us = (s.level_ms.max(0.0) * 1000.0) as u64;
        counters.target_us = (s.target_ms.max(0.0) * 1000.0) as u64;
    }
}
