//! Real-time: samples of the embedder's that come beside what a player plays.
//!
//! A block is taken if it is faded in or follows on another, and is faded out if none waits behind it: whatever the embedder does, there
//! is no edge.

use crate::conference::apply_gain_ramp;
use crate::playback::player::Player;
use crate::processing::format::Resampler;
use crate::rt::{Flow, MAX_BLOCK_SAMPLES, Parcel};
use crate::types::SampleRate;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire};

/// The engine's end of such samples. Built by the control side.
#[derive(Debug)]
pub struct Injected {
    pub(in crate::playback) ring: rtrb::Consumer<f32>,
    pub(in crate::playback) rate: SampleRate,
    /// To the rate of the player, where that is another.
    pub(in crate::playback) resampler: Option<Resampler>,
    pub(in crate::playback) gain: f32,
    /// How loud what else is heard is beside it.
    pub(in crate::playback) beside: f32,
    /// Set by the control side: the next block is the last.
    pub(in crate::playback) ends: Arc<AtomicBool>,
    /// The last block was not faded out.
    pub(in crate::playback) sounds: bool,
    /// Whether it goes on, and for how many blocks it had run dry when it last did.
    pub(in crate::playback) flow: Flow,
    pub(in crate::playback) gap: Option<u32>,
}

impl Injected {
    /// Whether there is a block to be heard.
    pub(super) fn waits(&self) -> bool {
        let block = self.rate.block_samples();
        match self.sounds {
            true => self.ring.slots() >= block,
            // One that none follows would have to be faded in and out at once.
            false => !self.ends() && self.ring.slots() >= 2 * block,
        }
    }

    /// Adds its next block to one of the player's; how loud what else is heard is beside it, where there was one.
    pub(super) fn add(&mut self, block: &mut [f32]) -> Option<f32> {
        if !self.waits() {
            self.flow.is_dry(self.ends());
            return None;
        }
        let (mut own, mut converted) = ([0.0; MAX_BLOCK_SAMPLES], [0.0; MAX_BLOCK_SAMPLES]);
        let own = own.get_mut(..self.rate.block_samples())?;
        self.ring.pop_entire_slice(own).ok()?;
        // What is no number is none of the sum's.
        own.iter_mut().filter(|sample| !sample.is_finite()).for_each(|sample| *sample = 0.0);
        self.gap = self.gap.or(self.flow.sounds(own));
        let goes_on = !self.ends() && self.ring.slots() >= own.len();
        let level = |sounds: bool| f32::from(u8::from(sounds));
        let (from, to) = (level(self.sounds), level(goes_on));
        self.sounds = goes_on;
        let own = match &mut self.resampler {
            None => own,
            Some(resampler) => {
                // What the filter keeps of the last block, and what is heard of it, both end at silence.
                apply_gain_ramp(own, from, to);
                let made = resampler.process_block(own, &mut converted).unwrap_or(0);
                converted.get_mut(..made)?
            }
        };
        apply_gain_ramp(own, from * self.gain, to * self.gain);
        if own.len() == block.len() {
            block.iter_mut().zip(own).for_each(|(to, own)| *to += *own);
        }
        Some(self.beside)
    }

    fn ends(&self) -> bool {
        self.ring.is_abandoned() || self.ends.load(Acquire)
    }
}

impl Player {
    /// What comes beside it from now on, or nothing any more; what did.
    pub(crate) fn inject(&mut self, injected: Option<Parcel<Injected>>) -> Option<Parcel<Injected>> {
        std::mem::replace(&mut self.injected, injected)
    }

    /// For how many blocks what is injected had run dry, if it went on since this was last asked.
    pub(crate) fn take_injection_gap(&mut self) -> Option<u32> {
        self.injected.as_mut()?.gap.take()
    }

    /// The next block of the prompt and of what is injected, and how loud what else is heard is beside it; `None` where there is neither.
    pub(super) fn next_of_both(&mut self, out: &mut [f32]) -> Option<f32> {
        let prompt = self.next(out);
        let injected = self.injected.as_mut().and_then(|injected| injected.add(out));
        // Beside both it is as quiet as beside the one that wants it quieter.
        prompt.zip(injected).map(|(one, other)| one.min(other)).or(prompt).or(injected)
    }
}
