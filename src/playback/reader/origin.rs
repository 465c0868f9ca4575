//! Control: where samples of one rate come from: what is asked of a file, or of samples in memory.

use crate::playback::report::PlaybackFault;
use std::sync::Arc;

/// Samples read, and why no more can be, if that is not their end.
pub(super) type Taken = (usize, Option<PlaybackFault>);

/// Samples in memory.
#[derive(Debug)]
pub(super) struct Held {
    samples: Arc<[f32]>,
    at: usize,
}

/// Where samples of one rate come from.
pub(super) trait Origin {
    /// How many there are; what cannot be read among them counts.
    fn length(&self) -> u64;
    /// Goes to that one.
    fn seek(&mut self, sample: u64) -> Result<(), PlaybackFault>;
    /// Reads until `out` is full, or nothing is left.
    fn read(&mut self, out: &mut [f32]) -> Taken;
}

impl Held {
    pub(super) fn new(samples: Arc<[f32]>) -> Self {
        Self { samples, at: 0 }
    }
}

impl Origin for Held {
    fn length(&self) -> u64 {
        self.samples.len() as u64
    }

    fn seek(&mut self, sample: u64) -> Result<(), PlaybackFault> {
        self.at = self.samples.len().min(sample as usize);
        Ok(())
    }

    fn read(&mut self, out: &mut [f32]) -> Taken {
        let left = &self.samples[self.at..];
        let read = left.len().min(out.len());
        out[..read].copy_from_slice(&left[..read]);
        self.at += read;
        (read, None)
    }
}
