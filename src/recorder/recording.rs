//! Control: one recording: its blocks, its file, and what ends it.

use super::aligner::Aligner;
use super::place::Place;
use super::wav::Wav;
use super::{Notice, Outcome};
use crate::conference::mean_square;
use crate::error::RecordError;
use crate::session::RecordingEnd;
use crate::types::{BLOCK_MS, MediaTime, RecordingId, SampleRate};
use crate::worker::PcmReader;
use crossbeam_channel::Receiver;
use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire};
use std::time::Duration;

/// Blocks that one recording writes in a turn at most: the others wait meanwhile.
const BLOCKS_PER_TURN: usize = 1_000;

/// From then on it is paused, or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) at: MediaTime,
    pub(crate) paused: bool,
}

/// What the recorder is given to begin a recording.
#[derive(Debug)]
pub(crate) struct Begin {
    pub(crate) id: RecordingId,
    pub(crate) root: Arc<Path>,
    pub(crate) path: Arc<Path>,
    pub(crate) rate: SampleRate,
    /// One or two channels.
    pub(crate) channels: Vec<PcmReader>,
    pub(crate) max_length: Option<Duration>,
    pub(crate) stop_on_silence: Option<Duration>,
    /// Below this mean square it is silence.
    pub(crate) silence: f32,
    pub(crate) changes: Receiver<Change>,
    /// Set when nothing is pushed any more.
    pub(crate) ended: Arc<AtomicBool>,
}

/// A recording.
#[derive(Debug)]
pub(super) struct Recording {
    id: RecordingId,
    root: Arc<Path>,
    path: Arc<Path>,
    rate: SampleRate,
    aligner: Aligner,
    limits: Limits,
    changes: Receiver<Change>,
    next_change: Option<Change>,
    paused: bool,
    ended: Arc<AtomicBool>,
    file: Option<(Place, Wav<File>)>,
    /// Blocks that were lost and not told of.
    lost: u64,
}

/// What ends it by itself.
#[derive(Debug)]
struct Limits {
    /// Samples of a channel.
    most: Option<u64>,
    /// Blocks of silence.
    silence: Option<u64>,
    quiet: f32,
    quiet_blocks: u64,
}

impl Limits {
    /// A block was written; whether there was silence long enough.
    fn hear(&mut self, channels: &[Option<&[f32]>]) -> bool {
        let loud = channels.iter().flatten().any(|channel| mean_square(channel) >= self.quiet);
        self.quiet_blocks = if loud { 0 } else { self.quiet_blocks + 1 };
        self.silence.is_some_and(|silence| self.quiet_blocks >= silence)
    }
}

fn samples(time: Duration, rate: SampleRate) -> u64 {
    (time.as_nanos() * u128::from(rate.hz()) / 1_000_000_000) as u64
}

impl Recording {
    pub(super) fn new(begin: Begin) -> Self {
        let limits = Limits {
            most: begin.max_length.map(|length| samples(length, begin.rate)),
            silence: begin.stop_on_silence.map(|time| (time.as_millis() as u64).div_ceil(u64::from(BLOCK_MS)).max(1)),
            quiet: begin.silence,
            quiet_blocks: 0,
        };
        Self {
            id: begin.id,
            root: begin.root,
            path: begin.path,
            rate: begin.rate,
            aligner: Aligner::new(begin.channels),
            limits,
            changes: begin.changes,
            next_change: None,
            paused: false,
            ended: begin.ended,
            file: None,
            lost: 0,
        }
    }

    /// Writes what is there. False when it has ended, and that is told; it ends, too, where the engine is gone.
    pub(super) fn pump(&mut self, open: bool, outbox: &mut VecDeque<Notice>) -> bool {
        let outcome = match self.write(open, outbox) {
            Ok(None) => {
                // Only where there is room, so that a supervisor that stalls meets few of them.
                if outbox.is_empty() {
                    self.tell_lost(outbox);
                }
                return true;
            }
            Ok(Some(end)) => self.complete(end),
            Err(error) => Err(error),
        };
        self.tell_lost(outbox);
        outbox.push_back((self.id, outcome.unwrap_or_else(Outcome::Failed)));
        false
    }

    /// Whether it has ended, and by itself.
    fn write(
        &mut self,
        open: bool,
        outbox: &mut VecDeque<Notice>,
    ) -> Result<Option<Option<RecordingEnd>>, RecordError> {
        // Before anything is read: what was pushed until then is read below.
        let ended = self.ended.load(Acquire) || !open;
        if self.file.is_none() {
            let (place, file) = Place::create(&self.root, &self.path)?;
            let wav = Wav::begin(file, self.aligner.channels() as u16, self.rate);
            let wav = wav.map_err(|error| {
                place.discard();
                RecordError::of_system(&self.path, &error)
            })?;
            self.file = Some((place, wav));
            outbox.push_back((self.id, Outcome::Opened));
        }
        let Some((_, wav)) = &mut self.file else { return Ok(None) };
        let most = self.limits.most.unwrap_or(u64::MAX).min(wav.most().into());
        let width = self.aligner.channels();
        for _ in 0..BLOCKS_PER_TURN {
            let Some(block) = self.aligner.next(ended) else { return Ok(ended.then_some(None)) };
            self.lost += u64::from(block.lost);
            while let Some(change) = self.next_change.or_else(|| self.changes.try_recv().ok()) {
                self.next_change = Some(change).filter(|change| change.at > block.time);
                if self.next_change.is_some() {
                    break;
                }
                self.paused = change.paused;
            }
            if self.paused {
                continue;
            }
            let left = most.saturating_sub(wav.written().into());
            let length = left.min(self.rate.block_samples() as u64) as usize;
            let channels = block.channels.get(..width).unwrap_or(&[]);
            wav.add(channels, length).map_err(|error| RecordError::of_system(&self.path, &error))?;
            if u64::from(wav.written()) >= most {
                return Ok(Some(Some(RecordingEnd::MaxLength)));
            }
            if self.limits.hear(channels) {
                return Ok(Some(Some(RecordingEnd::Silence)));
            }
        }
        Ok(None)
    }

    fn complete(&mut self, end: Option<RecordingEnd>) -> Result<Outcome, RecordError> {
        let Some((place, wav)) = self.file.take() else { return Ok(Outcome::Finished(Duration::ZERO, end)) };
        let nanos = u64::from(wav.written()) * 1_000_000_000 / u64::from(self.rate.hz());
        wav.end().map_err(|error| RecordError::of_system(place.path(), &error))?;
        place.complete()?;
        Ok(Outcome::Finished(Duration::from_nanos(nanos), end))
    }

    fn tell_lost(&mut self, outbox: &mut VecDeque<Notice>) {
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            outbox.push_back((self.id, Outcome::Lost(lost)));
        }
    }
}
