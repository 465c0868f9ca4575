//! Control: streams of blocks, laid beside each other by the number of the tick in which each was heard. What lacks is silence.

use crate::types::PcmTime;
use crate::types::{BLOCK_MS, MediaTime, TickNumber};
use crate::worker::PcmReader;
use std::time::Duration;

/// Blocks of one channel that wait for another's at most: beyond them that one is silent.
const PATIENCE: usize = 100;

/// One channel.
#[derive(Debug)]
struct Channel {
    reader: PcmReader,
    block: Box<[f32]>,
    /// When the block was heard that `block` holds.
    held: Option<PcmTime>,
    /// A block of it was given.
    begun: bool,
}

impl Channel {
    /// Has the next block from `tick` on in its hands, if it is there.
    fn fetch(&mut self, tick: TickNumber) {
        while self.held.is_none_or(|held| held.tick < tick) {
            self.held = None;
            let Some(at) = self.reader.position() else { return };
            // Blocks are taken whole, so that each begins at its time.
            if self.reader.read(&mut self.block) < self.block.len() {
                return;
            }
            self.held = Some(at);
        }
    }

    fn waits(&self) -> usize {
        self.reader.available() / self.block.len()
    }
}

/// A block of all channels.
#[derive(Debug)]
pub(super) struct Aligned<'a> {
    /// When it was heard.
    pub(super) time: MediaTime,
    /// `None`: silence, as the block is not there.
    pub(super) channels: [Option<&'a [f32]>; 2],
    /// A block of it was lost.
    pub(super) lost: bool,
}

/// Lays channels beside each other.
#[derive(Debug)]
pub(super) struct Aligner {
    channels: Vec<Channel>,
    /// The last block that was given.
    last: Option<PcmTime>,
}

impl Aligner {
    pub(super) fn new(readers: Vec<PcmReader>) -> Self {
        let channel = |reader: PcmReader| {
            let block = vec![0.0; reader.rate().block_samples()].into_boxed_slice();
            Channel { reader, block, held: None, begun: false }
        };
        Self { channels: readers.into_iter().map(channel).collect(), last: None }
    }

    pub(super) fn channels(&self) -> usize {
        self.channels.len()
    }

    /// The next block, of all channels; `None` if one is still to come. `ended`: none is, but those that wait.
    pub(super) fn next(&mut self, ended: bool) -> Option<Aligned<'_>> {
        let due = self.last.map_or(TickNumber(0), |last| last.tick + 1);
        self.channels.iter_mut().for_each(|channel| channel.fetch(due));
        let most = self.channels.iter().map(Channel::waits).max().unwrap_or(0);
        if !ended && most < PATIENCE && self.channels.iter().any(|channel| channel.held.is_none()) {
            return None;
        }
        let first = self.channels.iter().filter_map(|channel| channel.held).min_by_key(|held| held.tick)?;
        let at = match self.last {
            // What lies between is silence, block by block.
            Some(last) if first.tick > due => {
                PcmTime { tick: due, time: last.time + Duration::from_millis(u64::from(BLOCK_MS)) }
            }
            _ => first,
        };
        self.last = Some(at);
        let is_due = |channel: &Channel| channel.held.is_some_and(|held| held.tick == at.tick);
        self.channels.iter_mut().for_each(|channel| channel.begun |= is_due(channel));
        let mut aligned = Aligned { time: at.time, channels: [None; 2], lost: false };
        for (place, channel) in aligned.channels.iter_mut().zip(&self.channels) {
            match is_due(channel) {
                true => *place = Some(&channel.block),
                false => aligned.lost |= channel.begun && channel.held.is_some(),
            }
        }
        Some(aligned)
    }
}

#[cfg(test)]
mod tests;
