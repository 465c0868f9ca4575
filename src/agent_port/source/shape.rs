//! Real-time: no click where speech ends in the midst: what was heard last is played on backwards, faded out over 5 ms, and what goes on
//! in the midst is faded in. Not a sample of what is still to be said is used for it.

use crate::types::SampleRate;

/// 5 ms at 48 kHz.
const MOST: usize = 240;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Shape {
    /// Samples of a fade.
    length: usize,
    /// What was said last, up to a fade's length.
    history: [f32; MOST],
    /// The end of what was said, backwards, as it is to be heard from here on.
    tail: [f32; MOST],
    /// How much of it was heard.
    played: usize,
    /// How much of a fade in is over.
    faded_in: usize,
    /// The last sample was of speech.
    speaks: bool,
}

impl Shape {
    pub(super) const fn new(rate: SampleRate) -> Self {
        let length = rate.block_samples() / 2;
        Self { length, history: [0.0; MOST], tail: [0.0; MOST], played: length, faded_in: length, speaks: false }
    }

    /// What has been said ends here, whatever follows.
    pub(super) fn cut(&mut self) {
        if std::mem::take(&mut self.speaks) {
            self.begin_tail();
        }
    }

    /// What follows is in the midst of something.
    pub(super) const fn fade_in(&mut self) {
        self.faded_in = 0;
    }

    /// Shapes a block of which the first `given` samples are speech; whether there is any sound in it.
    pub(super) fn apply(&mut self, out: &mut [f32], given: usize) -> bool {
        let (speech, rest) = out.split_at_mut(given.min(out.len()));
        rest.fill(0.0);
        let mut sounds = !speech.is_empty() || self.played < self.length;
        if speech.is_empty() {
            self.cut();
            self.add_tail(rest);
        } else {
            self.speak(speech);
            // What ended before goes on below what begins.
            self.add_tail(speech);
            self.speaks = true;
            if !rest.is_empty() {
                self.cut();
                self.add_tail(rest);
            }
        }
        sounds |= self.played < self.length;
        sounds
    }

    fn speak(&mut self, speech: &mut [f32]) {
        let length = self.length.max(1) as f32;
        for sample in speech.iter_mut().take(self.length.saturating_sub(self.faded_in)) {
            self.faded_in += 1;
            *sample *= ramp(self.faded_in as f32 / length);
        }
        let kept = speech.len().min(self.length);
        self.history.copy_within(kept..self.length, 0);
        let new = self.history.get_mut(self.length - kept..self.length).unwrap_or_default();
        new.copy_from_slice(speech.get(speech.len() - kept..).unwrap_or_default());
    }

    fn begin_tail(&mut self) {
        let length = self.length.max(1) as f32;
        let said = self.history.get(..self.length).unwrap_or_default().iter().rev();
        for (n, (to, sample)) in self.tail.iter_mut().zip(said).enumerate() {
            *to = sample * ramp(1.0 - (n + 1) as f32 / length);
        }
        self.played = 0;
        self.history.fill(0.0);
    }

    fn add_tail(&mut self, out: &mut [f32]) {
        let left = self.tail.get(self.played..self.length).unwrap_or_default();
        out.iter_mut().zip(left).for_each(|(to, sample)| *to += sample);
        self.played = (self.played + out.len()).min(self.length);
    }
}

/// A smooth rise from 0 to 1.
fn ramp(position: f32) -> f32 {
    position * position * (3.0 - 2.0 * position)
}
