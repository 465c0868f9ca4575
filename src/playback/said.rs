//! Real-time: samples of the embedder's in what a party says: beside his own words, or instead of them.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

use crate::conference::apply_gain_ramp;
use crate::playback::player::injected::Injected;
use crate::playback::player::limit::limit;
use crate::processing::effects::BlockLimiter;
use crate::processing::format::Resampler;
use crate::rt::{MAX_BLOCK_SAMPLES, Parcel};
use crate::types::{SampleRate, TickNumber};

/// What is mixed into what a leg's party says. Built by the control side.
#[derive(Debug)]
pub struct SaidMix {
    /// Of what it mixes in.
    rate: SampleRate,
    injected: Injected,
    /// To the rate of what the party says, where that is another by now.
    resampler: Option<Parcel<Resampler>>,
    /// How loud the party was beside it at last.
    beside: f32,
    limiter: BlockLimiter,
}

impl SaidMix {
    pub(crate) fn new(rate: SampleRate, injected: Injected) -> Self {
        Self { rate, injected, resampler: None, beside: 1.0, limiter: BlockLimiter::new() }
    }

    /// It takes the place of another, which was amid something.
    pub(crate) fn continue_from(&mut self, former: &Self) {
        (self.beside, self.limiter) = (former.beside, former.limiter);
    }

    /// What its samples go through from now on; what they went through.
    pub(crate) fn fit(&mut self, resampler: Option<Parcel<Resampler>>) -> Option<Parcel<Resampler>> {
        std::mem::replace(&mut self.resampler, resampler)
    }

    /// Once a block, whether it will be heard or not.
    pub(crate) fn attend(&mut self, tick: TickNumber) {
        self.injected.attend(tick);
    }

    /// Whether there is a block to be heard.
    pub(crate) fn waits(&self) -> bool {
        self.injected.waits()
    }

    /// Its party says nothing, and is to be as loud as ever when he does.
    pub(crate) fn rest(&mut self) {
        (self.beside, self.limiter) = (1.0, BlockLimiter::new());
    }

    /// Mixes the block of `tick` into one of what the party says; whether there is anything of the embedder's in it.
    pub(crate) fn add(&mut self, block: &mut [f32], tick: TickNumber) -> bool {
        let (mut own, mut converted) = ([0.0; MAX_BLOCK_SAMPLES], [0.0; MAX_BLOCK_SAMPLES]);
        let own = &mut own[..self.rate.block_samples()];
        let aim = self.injected.add(own, tick);
        let (from, to) = (self.beside, aim.unwrap_or(1.0));
        self.beside = to;
        if aim.is_none() && from == to && self.limiter.gain() >= 1.0 {
            return false;
        }
        let mixed = match &mut self.resampler {
            None => &*own,
            Some(resampler) => {
                let made = resampler.process_block(own, &mut converted).unwrap_or(0);
                converted.get(..made).unwrap_or_default()
            }
        };
        apply_gain_ramp(block, from, to);
        if mixed.len() == block.len() {
            block.iter_mut().zip(mixed).for_each(|(to, own)| *to += *own);
        }
        limit(&mut self.limiter, block);
        aim.is_some()
    }
}
