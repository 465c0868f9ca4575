//! Real-time: how loud the talker is, from speech alone and at any level alike.
//!
//! Each 10 ms of the K-weighted signal make a momentary power (400 ms, ITU-R BS.1770-4). While the voice detector hears
//! speech, one is taken each 100 ms into a histogram that forgets with a time constant of 20 s of speech, so that loud and
//! quiet phrases of one talker do not move the level; or of 1.4 s while most of the last entries are far off it: a talker
//! who changed place, or another one. The level is the mean of what is within 10 dB of the upper part of the histogram: BS.1770's gating, but against a
//! percentile, so that a talker who becomes much quieter is not gated away. Until the first 400 ms of speech are there,
//! the mean of what speech there was serves.

#[cfg(test)]
mod tests;

use super::noise_floor::Floor;
use crate::processing::audio::loudness::loudness;

/// Blocks of 10 ms in a momentary power.
const MOMENTARY: usize = 40;
/// Blocks from one entry to the next.
const APART: u32 = 10;
/// Loudness of the lowest bin in LUFS. What is below is not speech.
const LOWEST: f64 = -66.0;
/// Bins of 1 dB.
const BINS: usize = 80;
/// What remains of an entry after the next: a time constant of 20 s of speech, and of 1.4 s while most are far off.
const KEEP: f32 = 0.995;
const KEEP_AWAY: f32 = 0.93;
/// How far off the level that is in dB, of how many last entries, and how many of them: sooner where they are louder.
const AWAY_DB: f64 = 5.0;
const LAST: usize = 15;
const QUIETER: usize = 10;
const LOUDER: usize = 6;
/// Who is that much louder all at once in dB is another: what was before says nothing.
const ANOTHER_DB: f64 = 10.0;
/// Blocks of a sound that lasts, and how near it stays to the loudest (12 dB).
const LASTING: usize = 3;
const NEARLY: f32 = 0.063;
/// Blocks of speech from which on there is a level.
const FIRST: u32 = 3;
/// Blocks in 100 ms.
const TENTH: usize = 10;
/// BS.1770's relative gate in bins; as far above the reference nothing counts either: a talker who became quiet.
const GATE_DB: usize = 10;

/// A talker's level.
#[derive(Debug, Clone)]
pub struct SpeechLevel {
    /// The last blocks' powers.
    blocks: [f32; MOMENTARY],
    at: usize,
    /// Which of them held speech, newest in bit 0.
    speech: u64,
    /// Blocks of speech so far, up to the first 400 ms.
    begun: u32,
    begun_power: f64,
    since: u32,
    /// Loudness of the last entries; 0 before there were so many.
    last: [f64; LAST],
    weight: [f32; BINS],
    power: [f32; BINS],
    level: Option<f64>,
    floor: Floor,
}

impl SpeechLevel {
    /// Nothing is known.
    pub fn new() -> Self {
        Self {
            blocks: [0.0; MOMENTARY],
            at: 0,
            speech: 0,
            begun: 0,
            begun_power: 0.0,
            since: 0,
            last: [0.0; LAST],
            weight: [0.0; BINS],
            power: [0.0; BINS],
            level: None,
            floor: Floor::new(),
        }
    }

    /// Takes the K-weighted mean square of 10 ms, whether it held speech, and whether that is sure enough to go by.
    pub fn update(&mut self, block: f64, speech: bool, sure: bool) {
        self.at = (self.at + 1) % MOMENTARY;
        self.blocks[self.at % MOMENTARY] = block as f32;
        let sounding = self.mean(TENTH);
        self.floor.update(sounding);
        let speech = speech && self.floor.below(sounding.max(block));
        self.speech = (self.speech << 1 | u64::from(speech)) & ((1 << MOMENTARY) - 1);
        if !speech {
            if self.speech == 0 && self.begun < MOMENTARY as u32 {
                (self.begun, self.begun_power, self.level) = (0, 0.0, None);
            }
            return;
        }
        if self.begun < MOMENTARY as u32 && loudness(block) > LOWEST {
            self.begun += 1;
            self.begun_power += block;
        }
        self.since += 1;
        if self.begun < MOMENTARY as u32 {
            self.level = (self.begun >= FIRST).then(|| loudness(self.begun_power / f64::from(self.begun)));
        } else if sure && self.since >= APART && self.speech.count_ones() as usize > MOMENTARY / 2 {
            self.since = 0;
            let momentary = self.mean(MOMENTARY);
            if self.level.is_some_and(|level| loudness(momentary) > level + ANOTHER_DB) {
                (self.weight, self.power, self.last) = ([0.0; BINS], [0.0; BINS], [0.0; LAST]);
            }
            self.add_entry(momentary);
        }
    }

    /// Whether the last block was speech above the noise.
    pub fn speaking(&self) -> bool {
        self.speech & 1 == 1
    }

    /// The talker's loudness in LUFS, once there was speech.
    pub fn level(&self) -> Option<f64> {
        self.level
    }

    /// How sure the level is: blocks of speech it rests on, up to 40.
    pub fn blocks(&self) -> u32 {
        self.begun
    }

    /// The loudness of the last `blocks` × 10 ms, at most 400 ms.
    pub fn recent(&self, blocks: usize) -> f64 {
        loudness(self.mean(blocks))
    }

    /// Whether the sound is one that lasts, as a syllable does and a key stroke does not: each of the last 30 ms is nearly as
    /// loud as the loudest 10 ms of the last 400 were.
    pub fn sustained(&self) -> bool {
        let loudest = self.blocks.iter().fold(0.0, |most: f32, &power| most.max(power));
        (0..LASTING).all(|n| self.blocks[(self.at + MOMENTARY - n) % MOMENTARY] >= NEARLY * loudest)
    }

    fn mean(&self, blocks: usize) -> f64 {
        let sum: f32 = (0..blocks.min(MOMENTARY)).map(|n| self.blocks[(self.at + MOMENTARY - n) % MOMENTARY]).sum();
        f64::from(sum) / blocks.clamp(1, MOMENTARY) as f64
    }

    /// Whether most of the last entries are far off the level.
    fn away(&self) -> bool {
        let Some(level) = self.level.filter(|_| self.last.first() != Some(&0.0)) else { return false };
        let count = |far: fn(f64) -> bool| self.last.iter().filter(|l| far(**l - level)).count();
        count(|over| over < -AWAY_DB) >= QUIETER || count(|over| over > AWAY_DB) >= LOUDER
    }

    fn add_entry(&mut self, momentary: f64) {
        let loudness_now = loudness(momentary);
        let bin = (loudness_now - LOWEST).floor();
        if bin < 0.0 {
            return;
        }
        let bin = (bin as usize).min(BINS - 1);
        self.last.rotate_left(1);
        if let Some(last) = self.last.last_mut() {
            *last = loudness_now.min(-f64::EPSILON);
        }
        let (mut all, keep) = (0.0, if self.away() { KEEP_AWAY } else { KEEP });
        for (n, (weight, power)) in self.weight.iter_mut().zip(&mut self.power).enumerate() {
            (*weight, *power) = (*weight * keep, *power * keep);
            if n == bin {
                (*weight, *power) = (*weight + 1.0, *power + momentary as f32);
            } else if *weight < 1e-6 {
                (*weight, *power) = (0.0, 0.0);
            }
            all += *weight;
        }
        // The bin below which 60 % are.
        let mut below = 0.0;
        let mut reference = 0;
        for (n, weight) in self.weight.iter().enumerate() {
            below += weight;
            reference = n;
            if below > 0.6 * all {
                break;
            }
        }
        let gate = (reference + 1).saturating_sub(GATE_DB);
        let bins = self.weight.iter().zip(&self.power).skip(gate).take(2 * GATE_DB);
        let (weight, power) = bins.fold((0.0, 0.0), |(w, p), (weight, power)| (w + weight, p + power));
        if weight > 0.0 {
            self.level = Some(loudness(f64::from(power / weight)));
        }
    }
}
