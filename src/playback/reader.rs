//! Control: a prompt read from its parts, round after round, as samples of one rate.

#[cfg(feature = "symphonia")]
mod compressed;
mod converter;
mod generator;
mod origin;
mod part;
mod wav;

use crate::playback::prompt::Prompt;
use crate::playback::report::{PlaybackFault, samples_in};
use crate::types::SampleRate;
use part::OpenPart;
use std::path::PathBuf;
use std::sync::Arc;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Read {
    pub(super) samples: usize,
    /// Nothing comes behind them.
    pub(super) end: Option<Result<(), PlaybackFault>>,
}

/// Where a prompt is begun or sought at most: millennia, and far from where a count of samples ends.
const FARTHEST: u64 = 1 << 56;

/// A prompt on its way.
#[derive(Debug)]
pub(super) struct PromptReader {
    prompt: Arc<Prompt>,
    rate: SampleRate,
    root: Option<Arc<PathBuf>>,
    part: usize,
    open: Option<OpenPart>,
    /// In the present round, in samples.
    position: u64,
    rounds: u32,
    /// Whether this round had a sample yet, before where it was begun or behind.
    sounded: bool,
    /// Still to be passed over before the first sample that is read.
    ahead: u64,
}

impl PromptReader {
    /// From `start` on, in samples. Opens nothing yet.
    pub(super) fn new(prompt: Arc<Prompt>, rate: SampleRate, root: Option<Arc<PathBuf>>, start: u64) -> Self {
        let start = start.min(FARTHEST);
        Self { prompt, rate, root, part: 0, open: None, position: 0, rounds: 0, sounded: start > 0, ahead: start }
    }

    /// Where a prompt is to begin, in samples.
    pub(super) fn start_of(prompt: &Prompt, rate: SampleRate) -> u64 {
        samples_in(prompt.start, rate)
    }

    /// Goes on from there in the present round.
    pub(super) fn seek(&mut self, to: u64) {
        // The last round may be over.
        let last = self.prompt.times.map_or(u32::MAX, |times| times - 1);
        self.rounds = self.rounds.min(last);
        (self.part, self.open, self.position, self.ahead) = (0, None, 0, to.min(FARTHEST));
        self.sounded = to > 0;
    }

    /// Behind what was read last, and in which round that is.
    pub(super) fn place(&self) -> (u64, u32) {
        (self.position, self.rounds)
    }

    /// Reads until `out` is full, or the prompt is over. May block, as long as a disk does.
    pub(super) fn read(&mut self, out: &mut [f32]) -> Read {
        let mut samples = 0;
        let end = loop {
            if samples == out.len() {
                break None;
            }
            match self.step(&mut out[samples..]) {
                Ok(Some(read)) => samples += read,
                Ok(None) => break Some(Ok(())),
                Err((read, fault)) => {
                    samples += read;
                    break Some(Err(fault));
                }
            }
        };
        let gain = self.prompt.gain.factor();
        out[..samples].iter_mut().for_each(|x| *x = if x.is_finite() { *x * gain } else { 0.0 });
        Read { samples, end }
    }

    /// Some of it; `None`: nothing is left.
    fn step(&mut self, out: &mut [f32]) -> Result<Option<usize>, (usize, PlaybackFault)> {
        if self.open.is_none() && self.part == self.prompt.parts.len() {
            // Over nothing for ever it would turn without end.
            if !self.sounded {
                return Err((0, PlaybackFault::Empty));
            }
            if self.prompt.times.is_some_and(|times| self.rounds + 1 >= times) {
                return Ok(None);
            }
            (self.part, self.position, self.sounded, self.ahead) = (0, 0, false, 0);
            self.rounds = self.rounds.saturating_add(1);
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let root = self.root.as_deref().map(PathBuf::as_path);
                let mut opened =
                    OpenPart::open(&self.prompt.parts[self.part], self.rate, root).map_err(|fault| (0, fault))?;
                self.part += 1;
                if self.ahead > 0 {
                    let passed = opened.pass_over(self.ahead).map_err(|fault| (0, fault))?;
                    (self.ahead, self.position) = (self.ahead - passed, self.position + passed);
                }
                self.open.insert(opened)
            }
        };
        let (read, fault) = open.read(out);
        self.position += read as u64;
        self.sounded |= read > 0;
        match fault {
            Some(fault) => Err((read, fault)),
            None => {
                if read < out.len() {
                    self.open = None;
                }
                Ok(Some(read))
            }
        }
    }
}
