//! Real-time: from what blocks look like to the numbers that the network decides by: each block's own, their means over
//! about 0.1 and 0.5 s, and how much the level moves (speech does, at the pace of its syllables).

use super::analysis::{BANDS, Look};
use crate::processing::audio::vad::floor::Floors;

/// Numbers of a block: bands over their floor, voicing, flatness, tilt, flux, level over its floor.
const OWN: usize = BANDS + 5;
/// How many numbers there are.
pub(super) const FEATURES: usize = 3 * OWN + 1;
/// Blocks after which the floors of bands and of the whole level are renewed.
const BAND_PERIOD: u16 = 100;
const LEVEL_PERIOD: u16 = 250;
/// Pace of the short and the long mean, and of the movement.
const SHORT: f32 = 0.1;
const LONG: f32 = 0.02;
const MOVEMENT: f32 = 0.03;

/// What is remembered of a stream.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    memory: Option<Memory>,
}

#[derive(Debug, Clone, Copy)]
struct Memory {
    floors: Floors<BANDS>,
    level_floor: Floors<1>,
    bands: [f32; BANDS],
    short: [f32; OWN],
    long: [f32; OWN],
    middle: f32,
    movement: f32,
}

impl Features {
    /// Takes in a block's look; returns the numbers. Decibels are in tens.
    pub(super) fn update(&mut self, look: &Look) -> [f32; FEATURES] {
        let first = self.memory.is_none();
        let memory = self.memory.get_or_insert_with(|| Memory::of(look));
        let (own, level) = memory.own(look);
        if first {
            (memory.short, memory.long, memory.middle) = (own, own, level);
        }
        approach(&mut memory.short, &own, SHORT);
        approach(&mut memory.long, &own, LONG);
        memory.middle += MOVEMENT * (level - memory.middle);
        memory.movement += MOVEMENT * ((level - memory.middle).abs() - memory.movement);
        let all = own.iter().chain(&memory.short).chain(&memory.long).chain([&memory.movement]);
        let mut features = [0.0; FEATURES];
        features.iter_mut().zip(all).for_each(|(to, from)| *to = *from);
        features
    }

    /// Forgets the stream.
    pub(super) const fn reset(&mut self) {
        self.memory = None;
    }
}

impl Memory {
    const fn of(look: &Look) -> Self {
        Self {
            floors: Floors::at(&look.bands, BAND_PERIOD),
            level_floor: Floors::at(&[look.level], LEVEL_PERIOD),
            bands: look.bands,
            short: [0.0; OWN],
            long: [0.0; OWN],
            middle: 0.0,
            movement: 0.0,
        }
    }

    /// The block's own numbers, and the level over its floor.
    fn own(&mut self, look: &Look) -> ([f32; OWN], f32) {
        let excess = self.floors.excess(&look.bands).map(|e| e.clamp(0.0, 30.0) * 0.1);
        let [level] = self.level_floor.excess(&[look.level]).map(|e| e.clamp(0.0, 40.0) * 0.1);
        let steps = look.bands.iter().zip(&self.bands).map(|(now, last)| (now - last).abs());
        let flux = steps.sum::<f32>() / BANDS as f32 * 0.1;
        self.bands = look.bands;
        let tilt = (mean(&look.bands, 0..5) - mean(&look.bands, 8..BANDS)) * 0.1;
        let single = [look.voicing * 3.0, look.flatness * 0.1, tilt, flux, level];
        let mut own = [0.0; OWN];
        own.iter_mut().zip(excess.iter().chain(&single)).for_each(|(to, from)| *to = *from);
        (own, level)
    }
}

fn approach<const N: usize>(mean: &mut [f32; N], now: &[f32; N], pace: f32) {
    for (mean, now) in mean.iter_mut().zip(now) {
        *mean += pace * (now - *mean);
    }
}

fn mean(values: &[f32; BANDS], range: std::ops::Range<usize>) -> f32 {
    let part = values.get(range).unwrap_or_default();
    part.iter().sum::<f32>() / part.len().max(1) as f32
}
