//! Real-time: from what blocks look like to the numbers that the network decides by: how far each band and the whole are
//! over their floors, the spectrum's shape, voicing, flatness and flux. None depends on the level of the stream.

use super::analysis::{BANDS, Look};
use crate::processing::audio::vad::noise_floor::Floors;

/// How many numbers there are: two for each band, and level over its floor, voicing, flatness, flux.
pub(super) const FEATURES: usize = 2 * BANDS + 4;
/// Blocks after which the floors of bands and of the whole level are renewed.
const BAND_PERIOD: u16 = 100;
const LEVEL_PERIOD: u16 = 250;

/// What is remembered of a stream.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    memory: Option<Memory>,
}

#[derive(Debug, Clone, Copy)]
struct Memory {
    floors: Floors<BANDS>,
    level_floor: Floors<1>,
    /// Of the block before.
    bands: [f32; BANDS],
}

impl Features {
    /// Takes in a block's look; returns the numbers. Decibels are in tens.
    pub(super) fn update(&mut self, look: &Look) -> [f32; FEATURES] {
        let memory = self.memory.get_or_insert_with(|| Memory {
            floors: Floors::at(&look.bands, BAND_PERIOD),
            level_floor: Floors::at(&[look.level], LEVEL_PERIOD),
            bands: look.bands,
        });
        let excess = memory.floors.excess(&look.bands).map(|e| e.clamp(0.0, 30.0) * 0.1);
        let shape = look.bands.map(|band| ((band - look.level) * 0.1).clamp(-4.0, 4.0));
        let [level] = memory.level_floor.excess(&[look.level]).map(|e| e.clamp(0.0, 40.0) * 0.1);
        let steps = look.bands.iter().zip(&memory.bands).map(|(now, last)| (now - last).abs());
        let flux = (steps.sum::<f32>() / BANDS as f32).min(20.0) * 0.1;
        memory.bands = look.bands;
        let single = [level, look.voicing, look.flatness * 0.1, flux];
        let mut features = [0.0; FEATURES];
        features.iter_mut().zip(excess.iter().chain(&shape).chain(&single)).for_each(|(to, from)| *to = *from);
        features
    }

    /// Forgets the stream.
    pub(super) const fn reset(&mut self) {
        self.memory = None;
    }
}
