//! Pure: blocks of what an agent hears, gathered into frames. A frame never spans a loss: its header says what is missing before it.

use super::frame::{Frame, Header, linear16};
use media_core::{AgentBlock, AgentReader, MediaTime};

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Ears {
    samples_in_frame: usize,
    block: Vec<f32>,
    open: Option<Frame>,
}

impl Ears {
    /// Frames of so many blocks of 10 ms.
    pub(super) fn new(block_samples: usize, blocks: usize) -> Self {
        Self { samples_in_frame: block_samples * blocks, block: vec![0.0; block_samples], open: None }
    }

    /// The next frame that is whole, or ends before a loss.
    pub(super) fn next(&mut self, reader: &mut AgentReader) -> Option<Frame> {
        while let Some(read) = reader.read(&mut self.block) {
            if let Some(frame) = self.add(read) {
                return Some(frame);
            }
        }
        None
    }

    fn add(&mut self, read: AgentBlock) -> Option<Frame> {
        let cut = if read.lost > 0 { self.open.take() } else { None };
        let header = Header {
            tick: read.at.tick.0,
            time_ns: read.at.time.nanos_since(MediaTime::ZERO),
            voice: read.voice,
            lost: u32::try_from(read.lost).unwrap_or(u32::MAX),
        };
        let room = self.samples_in_frame;
        let open = self.open.get_or_insert_with(|| Frame { header, samples: Vec::with_capacity(room) });
        open.header.voice = open.header.voice.max(read.voice);
        open.samples.extend(self.block.iter().map(|sample| linear16(*sample)));
        match cut {
            Some(frame) => Some(frame),
            None if open.samples.len() >= self.samples_in_frame => self.open.take(),
            None => None,
        }
    }
}
