//! Real-time: joining good audio to concealment.

use super::Concealer;
use crate::processing::audio::time_stretch::correlation::{best_lag, correlation};
use crate::processing::audio::time_stretch::crossfade::{gains, into_new};

/// The longest stretch that is bridged, and played over, in samples: 20 ms at 48 kHz.
const MOST: usize = 960;
/// Less voiced than this, sound is not continued backwards.
const VOICED: f32 = 0.2;
/// What is less alike than this is played over shortly: a long mixture of two voices is heard.
const ALIKE: f32 = 0.5;

impl Concealer {
    /// Joins the good audio `samples[at..]` to what was played before `samples[free]`; `samples[free..at]` is
    /// concealment that was not played yet and may still be changed (it may be empty).
    ///
    /// With something to bridge, the good audio is first continued backwards at its own pitch, and both meet in the
    /// middle. Else the continuation of the past is played over into the good audio.
    pub fn merge(&mut self, samples: &mut [f32], free: usize, at: usize) {
        if self.concealed == 0 {
            // A start or a cut: what was heard last is played over into the new.
            self.begin(samples.get(..at).unwrap_or_default());
        }
        let free = free.max(at.saturating_sub((2 * self.block).min(MOST)));
        let bridged = at - free >= self.block / 2 && self.pitch.voicing > VOICED && self.bridge(samples, free, at);
        if !bridged {
            self.play_over(samples, at);
        }
        self.concealed = 0;
    }

    /// Plays the continuation of the past over into the good audio.
    fn play_over(&self, samples: &mut [f32], at: usize) {
        let Some(good) = samples.get_mut(at..) else { return };
        let mut tail = [0.0; MOST];
        let over = good.len().min(self.block);
        let Some(tail) = tail.get_mut(..over) else { return };
        self.extrapolate(tail);
        let alike = correlation(tail, good);
        let over = if alike < ALIKE { over.min(self.block / 4) } else { over };
        if let (Some(tail), Some(good)) = (tail.get(..over), good.get_mut(..over)) {
            into_new(tail, good, alike);
        }
    }

    /// Plays the concealment over into the good audio continued backwards. False, with nothing changed, where there is
    /// not enough of either.
    fn bridge(&self, samples: &mut [f32], free: usize, at: usize) -> bool {
        let gap = at - free;
        let mut back = [0.0; MOST];
        let Some(back) = back.get_mut(..gap) else { return false };
        // The pitch of the good audio: near that of the past, if it is voiced at all.
        let period = self.pitch.period.max(1);
        let lags = (period * 3 / 4).max(self.block / 4)..=(period * 5 / 4);
        let window = self.block;
        let place = at + *lags.end();
        if place + window > samples.len() {
            return false;
        }
        let Some(found) = best_lag(samples, place, window, lags, self.thin) else { return false };
        for i in (0..gap).rev() {
            let from = i + found.lag;
            back[i] = if from < gap { back[from] } else { samples[at + from - gap] };
        }
        // The step from one period into the good audio back to its first sample is spread over a short time before it.
        let step = samples[at] - samples[at + found.lag];
        let spread = (self.block / 4).clamp(1, gap);
        for (i, back) in back.iter_mut().skip(gap - spread).enumerate() {
            *back += step * (i + 1) as f32 / (spread + 1) as f32;
        }
        let alike = correlation(back, samples.get(free..at).unwrap_or_default());
        for (i, back) in back.iter().enumerate() {
            let (falling, rising) = gains((i + 1) as f32 / (gap + 1) as f32, alike);
            samples[free + i] = samples[free + i] * falling + back * rising;
        }
        true
    }
}
