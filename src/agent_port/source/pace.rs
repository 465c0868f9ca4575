//! Real-time: a producer that speaks as time goes by: what waits is held at a latency by splices that are not heard. What piled up is
//! worked off, a clock that is not ours is followed, and not a sample is dropped for it.

use super::super::link::{Link, add};
use super::feed::Feed;
use crate::processing::audio::time_stretch::{Splice, lengthen, shorten};
use crate::types::SampleRate;

/// How alike two places must be when so many ms too much or too little wait: the further off, the less choosy.
const SHORTEN: [(f32, f32); 4] = [(60.0, 0.4), (20.0, 0.6), (8.0, 0.8), (3.0, 0.9)];
const LENGTHEN: [(f32, f32); 3] = [(20.0, 0.6), (8.0, 0.75), (3.0, 0.85)];

/// So much is played between two splices, at least, for each sample that one takes out or puts in: three times as much is said a third
/// faster.
const APART: u32 = 3;
/// Blocks between two searches that found no place.
const REST: u32 = 3;
/// The level of what waits is averaged over so many blocks.
const OVER: f32 = 50.0;
/// Below this mean power nothing is heard: -60 dBov.
const QUIET: f32 = 1e-6;
/// Blocks of room: what was played (a longest lag), what is due, and what a splice looks at.
const BLOCKS: usize = 10;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Pace {
    block: usize,
    target: u64,
    /// What was played last, then what is to be played: `at..end`.
    samples: Box<[f32]>,
    at: usize,
    end: usize,
    /// What waits, on average, in samples.
    level: f32,
    runs: bool,
    /// Blocks for which something has waited to begin.
    waited: u64,
    /// Samples to be played before the next splice.
    rest: u32,
}

impl Pace {
    /// Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(rate: SampleRate, target: u64) -> Self {
        let block = rate.block_samples();
        let samples = vec![0.0; block * BLOCKS].into_boxed_slice();
        Self { block, target, samples, at: 0, end: 0, level: 0.0, runs: false, waited: 0, rest: 0 }
    }

    /// Samples that were fetched and not yet played.
    pub(super) const fn held(&self) -> u64 {
        (self.end - self.at) as u64
    }

    /// What was fetched is not played any more.
    pub(super) const fn clear(&mut self) {
        (self.at, self.end, self.runs, self.waited) = (0, 0, false, 0);
    }

    /// Fills the start of `out` with what is due; how many samples that is.
    pub(super) fn fill(&mut self, feed: &mut Feed, link: &Link, out: &mut [f32]) -> usize {
        let waiting = feed.waiting() + self.held();
        if !self.begins(waiting) {
            return 0;
        }
        self.fetch(feed, 4 * self.block);
        let level = waiting as f32;
        let off = level - self.level;
        self.level += if off.abs() > 20.0 * self.block as f32 { off } else { off / OVER };
        self.rest = self.rest.saturating_sub(self.block as u32);
        if self.rest == 0 {
            self.splice(link);
            self.fetch(feed, 2 * self.block);
        }
        let length = (self.end - self.at).min(out.len());
        let due = self.samples.get(self.at..self.at + length).unwrap_or_default();
        out.iter_mut().zip(due).for_each(|(to, sample)| *to = *sample);
        self.at += length;
        if length < out.len() {
            (self.runs, self.waited) = (false, 0);
        }
        length
    }

    /// Whether speech may begin, or goes on: there is as much as is to wait, or what there is has waited as long.
    fn begins(&mut self, waiting: u64) -> bool {
        if !self.runs && waiting > 0 {
            self.waited += 1;
            if waiting >= self.target || self.waited * self.block as u64 > self.target {
                (self.runs, self.level, self.rest) = (true, waiting.max(self.target) as f32, 0);
            }
        }
        self.runs
    }

    /// Has at least so many samples ready, if there are any; keeps a longest lag of what was played.
    fn fetch(&mut self, feed: &mut Feed, ahead: usize) {
        let kept = self.at.min(2 * self.block);
        if self.end - self.at >= ahead {
            return;
        }
        self.samples.copy_within(self.at - kept..self.end, 0);
        (self.at, self.end) = (kept, self.end - (self.at - kept));
        let room = self.samples.get_mut(self.end..self.at + ahead).unwrap_or_default();
        self.end += feed.fill(room);
    }

    fn splice(&mut self, link: &Link) {
        let ms = self.block as f32 / 10.0;
        let off = (self.level - self.target as f32) / ms;
        let table: &[(f32, f32)] = if off > 0.0 { &SHORTEN } else { &LENGTHEN };
        let Some(&(_, least)) = table.iter().find(|row| off.abs() >= row.0) else { return };
        let (block, quiet) = (self.block, self.is_quiet());
        let least = if quiet { -1.0 } else { least };
        let longest = (2 * block).min((off.abs() * ms) as usize);
        // In silence one place is as good as another.
        let shortest = if quiet && off > 0.0 { longest } else { block / 4 };
        let splice = Splice { lags: shortest..=longest, overlap: block, thin: (block / 40).max(1) };
        let by = if off > 0.0 {
            let window = self.samples.get_mut(..self.end).unwrap_or_default();
            let by = shorten(window, self.at, &splice, least);
            self.end -= by.unwrap_or(0);
            self.level -= by.unwrap_or(0) as f32;
            add(&link.shortened, by.unwrap_or(0) as u64);
            by
        } else {
            let by = lengthen(&mut self.samples, self.end, self.at, &splice, least);
            self.end += by.unwrap_or(0);
            self.level += by.unwrap_or(0) as f32;
            add(&link.lengthened, by.unwrap_or(0) as u64);
            by
        };
        // Digital silence may be as short as it likes.
        let apart = if quiet { 1 } else { APART };
        self.rest = by.map_or(REST * block as u32, |by| by as u32 * apart);
    }

    /// Whether what is due is as good as silence.
    fn is_quiet(&self) -> bool {
        let due = self.samples.get(self.at..self.end.min(self.at + 3 * self.block)).unwrap_or_default();
        due.iter().map(|sample| sample * sample).sum::<f32>() <= QUIET * due.len().max(1) as f32
    }
}
