//! Real-time: from what blocks look like to whether they hold speech: evidence is gathered over blocks, the sooner the more
//! there is in each.

use super::bands::BANDS;
use super::ears::Look;

/// dB over what may be echo, over what the filter leaves of it, and over the noise, from where on a band speaks for speech,
/// and how much it can.
const OVER_BOUND: f32 = 7.0;
const OVER_ECHO: f32 = 4.0;
const OVER_NOISE: f32 = 8.0;
const MOST: f32 = 20.0;
/// What a block has to show more than to speak for speech, in dB a band.
const DRIFT: f32 = 2.0;
/// The weight of what sounds like speech, and its bounds.
const SOUNDS: f32 = 0.3;
const SOUNDS_LIKE: (f32, f32) = (-6.0, 4.0);
/// The least level, in dBFS, at which a block speaks fully for speech, how far above the background it has to be for that, and
/// within how many dB below it speaks less and less: who talks to a phone is louder than those behind him.
const LOUD: f32 = -42.0;
const ABOVE: f32 = 8.0;
const FADES: f32 = 6.0;
/// The background's level: its bounds in dBFS, and how fast it is followed, in dB a block: its loud blocks count.
const BACKGROUND: (f32, f32) = (-70.0, -40.0);
const UP: f32 = 0.4;
const DOWN: f32 = 0.02;
/// Evidence from which on there is speech: at a sensitivity of 0, and how much less it is at 1.
const ENOUGH: f32 = 10.0;
const LESS: f32 = 8.0;
/// Evidence that is kept at most, over what is enough.
const KEPT: f32 = 1.5;

/// Evidence that a party speaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    enough: f32,
    sum: f32,
    /// Blocks since the sum was 0.
    since: u32,
    /// Level of what is no speech, where it is loud.
    background: f32,
}

impl Evidence {
    pub(super) const fn new(sensitivity: f32) -> Self {
        Self { enough: ENOUGH - LESS * sensitivity, sum: 0.0, since: 0, background: BACKGROUND.0 }
    }

    pub(super) const fn set_sensitivity(&mut self, sensitivity: f32) {
        self.enough = ENOUGH - LESS * sensitivity;
    }

    /// Whether anything speaks for speech.
    pub(super) const fn any(&self) -> bool {
        self.sum > 0.0
    }

    /// Takes a block; returns since how many blocks there is speech, if there is any in it.
    pub(super) fn update(&mut self, look: &Look, speaks: bool) -> Option<u32> {
        let least = LOUD.max(self.background + ABOVE);
        let heard = ((look.level - least) / FADES + 1.0).clamp(0.0, 1.0);
        let gain = heard * shown(look) - DRIFT + SOUNDS * look.speech.clamp(SOUNDS_LIKE.0, SOUNDS_LIKE.1);
        self.sum = (self.sum + gain).clamp(0.0, KEPT * self.enough);
        self.since = if self.sum > 0.0 { self.since.saturating_add(1) } else { 0 };
        if self.sum <= 0.0 {
            let step = if look.level > self.background { UP } else { -DOWN };
            self.background = (self.background + step).clamp(BACKGROUND.0, BACKGROUND.1);
        }
        let holds = if speaks { gain > 0.0 } else { self.sum >= self.enough };
        holds.then_some(self.since.max(1))
    }
}

/// What the bands show together.
fn shown(look: &Look) -> f32 {
    let mut sum = 0.0;
    for b in 0..BANDS {
        let over =
            (look.over_bound[b] - OVER_BOUND).min(look.over_echo[b] - OVER_ECHO).min(look.over_noise[b] - OVER_NOISE);
        sum += over.clamp(0.0, MOST);
    }
    sum / BANDS as f32
}
