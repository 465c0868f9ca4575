//! Real-time: samples of the embedder's that come beside what a player plays, or what a party says.
//!
//! A block is taken if it is faded in or follows on another, and is faded out if none waits behind it: whatever the embedder does, there
//! is no edge.

use crate::conference::apply_gain_ramp;
use crate::playback::injection_link::{InjectionControl, InjectionNews};
use crate::playback::player::Player;
use crate::processing::format::Resampler;
use crate::rt::{Flow, MAX_BLOCK_SAMPLES, Parcel};
use crate::types::{SampleRate, TickNumber};

/// The engine's end of such samples. Built by the control side.
#[derive(Debug)]
pub struct Injected {
    ring: rtrb::Consumer<f32>,
    news: rtrb::Producer<InjectionNews>,
    rate: SampleRate,
    /// To the rate of the player, where that is another.
    resampler: Option<Resampler>,
    gain: f32,
    /// How loud what else is heard is beside it.
    beside: f32,
    control: InjectionControl,
    /// The last block was not faded out.
    sounds: bool,
    /// Since which block it has been dry, where that was told.
    dry: Option<TickNumber>,
    /// Whether it goes on, and for how many blocks it had run dry when it last did.
    flow: Flow,
    gap: Option<u32>,
}

impl Injected {
    pub(in crate::playback) fn new(
        (ring, news): (rtrb::Consumer<f32>, rtrb::Producer<InjectionNews>),
        rate: SampleRate,
        resampler: Option<Resampler>,
        (gain, beside): (f32, f32),
        control: InjectionControl,
    ) -> Self {
        Self {
            ring,
            news,
            rate,
            resampler,
            gain,
            beside,
            control,
            sounds: false,
            dry: None,
            flow: Flow::default(),
            gap: None,
        }
    }

    /// Whether there is a block to be heard.
    pub(in crate::playback) fn waits(&self) -> bool {
        let block = self.rate.block_samples();
        match self.sounds {
            true => self.ring.slots() >= block,
            // One that none follows would have to be faded in and out at once.
            false => !self.ends() && self.ring.slots() >= 2 * block,
        }
    }

    /// Once a block, whether it will be heard or not.
    pub(in crate::playback) fn attend(&mut self, tick: TickNumber) {
        if self.ends() {
            self.refill(tick);
        }
    }

    /// Adds its next block to one of the player's; how loud what else is heard is beside it, where there was one.
    pub(in crate::playback) fn add(&mut self, block: &mut [f32], tick: TickNumber) -> Option<f32> {
        if !self.waits() {
            self.flow.is_dry(self.ends());
            return None;
        }
        let (mut own, mut converted) = ([0.0; MAX_BLOCK_SAMPLES], [0.0; MAX_BLOCK_SAMPLES]);
        let own = own.get_mut(..self.rate.block_samples())?;
        self.ring.pop_entire_slice(own).ok()?;
        self.refill(tick);
        // What is no number is none of the sum's.
        own.iter_mut().filter(|sample| !sample.is_finite()).for_each(|sample| *sample = 0.0);
        self.gap = self.gap.or(self.flow.sounds(own));
        let goes_on = !self.ends() && self.ring.slots() >= own.len();
        let level = |sounds: bool| f32::from(u8::from(sounds));
        let (from, to) = (level(self.sounds), level(goes_on));
        self.sounds = goes_on;
        if !goes_on && !self.ends() {
            self.run_dry(tick);
        }
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

    /// From the block behind that of `tick` on there is nothing.
    fn run_dry(&mut self, tick: TickNumber) {
        self.control.count_underrun();
        // What is told to have begun is told to have ended: both have room, or neither is told.
        if self.news.slots() >= 2 && self.news.push(InjectionNews::Dry).is_ok() {
            self.dry = Some(tick + 1);
        }
    }

    /// It is dry no more.
    fn refill(&mut self, tick: TickNumber) {
        if let Some(since) = self.dry.take() {
            let blocks = u32::try_from(tick.since(since)).unwrap_or(u32::MAX);
            let told = self.news.push(InjectionNews::Refilled(blocks));
            debug_assert!(told.is_ok(), "room for the end of a dry spell was left");
        }
    }

    fn ends(&self) -> bool {
        self.ring.is_abandoned() || self.control.ends()
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
    pub(super) fn next_of_both(&mut self, out: &mut [f32], tick: TickNumber) -> Option<f32> {
        let prompt = self.next(out);
        let injected = self.injected.as_mut().and_then(|injected| injected.add(out, tick));
        // Beside both it is as quiet as beside the one that wants it quieter.
        prompt.zip(injected).map(|(one, other)| one.min(other)).or(prompt).or(injected)
    }
}
