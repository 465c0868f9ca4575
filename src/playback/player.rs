//! Real-time: plays prompts to a leg: a block a tick from the rings that are filled ahead of it.
//!
//! What begins by itself begins with its own first sample, and what ends by itself ends with its last. What is cut (stopped, sought in,
//! paused) or runs dry is faded over its next block, and what goes on in the midst is faded in.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod attend;
pub(in crate::playback) mod injected;
mod last;
pub(in crate::playback) mod limit;
mod reel;

use crate::conference::apply_gain_ramp;
use crate::playback::ring::{Mark, MarkEnd, News, PlayerControl, PlayerNews};
use crate::processing::effects::BlockLimiter;
use crate::processing::format::Resampler;
use crate::rt::{MAX_BLOCK_SAMPLES, Parcel};
use crate::types::{SampleRate, TickNumber};
use last::LastBlock;
use limit::limit;
use reel::Reel;
use std::sync::Arc;

/// What plays prompts to a leg. Built by the control side, which also fills it.
#[derive(Debug)]
pub struct Player {
    rate: SampleRate,
    inward: bool,
    reel: Reel,
    control: Arc<PlayerControl>,
    /// To the rate of the leg's output, where that is another by now.
    resampler: Option<Parcel<Resampler>>,
    /// The prompt that is under way, as its last block left it.
    current: Option<Mark>,
    /// Samples of the embedder's beside it.
    injected: Option<Parcel<injected::Injected>>,
    /// How loud what else is heard was at last.
    beside: f32,
    /// The last block was faded out: the next is faded in.
    faded: bool,
    /// Blocks of silence since it ran dry.
    dry: u32,
    /// The last block that it was asked for.
    at: Option<TickNumber>,
    /// Holds what is sent within full scale.
    limiter: BlockLimiter,
    last: LastBlock,
}

impl Player {
    pub(super) fn new(
        rate: SampleRate,
        inward: bool,
        rings: (rtrb::Consumer<f32>, rtrb::Consumer<Mark>, rtrb::Producer<PlayerNews>),
        control: Arc<PlayerControl>,
    ) -> Self {
        let reel = Reel::new(rings);
        Self {
            rate,
            inward,
            reel,
            control,
            resampler: None,
            current: None,
            injected: None,
            beside: 1.0,
            faded: false,
            dry: 0,
            at: None,
            limiter: BlockLimiter::new(),
            last: LastBlock::NONE,
        }
    }

    /// Whether what it plays is what the leg's party would say.
    pub(crate) fn is_inward(&self) -> bool {
        self.inward
    }

    /// What its samples go through from now on; what they went through.
    pub(crate) fn fit(&mut self, resampler: Option<Parcel<Resampler>>) -> Option<Parcel<Resampler>> {
        std::mem::replace(&mut self.resampler, resampler)
    }

    /// Plays the block of `tick` into one of what else is heard; whether there is anything of a prompt in it.
    pub(crate) fn add(&mut self, block: &mut [f32], tick: TickNumber) -> bool {
        let (mut own, mut converted) = ([0.0; MAX_BLOCK_SAMPLES], [0.0; MAX_BLOCK_SAMPLES]);
        let own = &mut own[..self.rate.block_samples()];
        if !self.waits(tick) {
            return false;
        }
        self.at = Some(tick);
        let aim = self.next_of_both(own, tick);
        let (from, to) = (self.beside, aim.unwrap_or(1.0));
        self.beside = to;
        if aim.is_none() && from == to && self.limiter.gain() >= 1.0 {
            return false;
        }
        self.last.keep(own, (from, to));
        let played = match &mut self.resampler {
            None => &*own,
            Some(resampler) => {
                let made = resampler.process_block(own, &mut converted).unwrap_or(0);
                &converted[..made]
            }
        };
        apply_gain_ramp(block, from, to);
        if played.len() == block.len() {
            block.iter_mut().zip(played).for_each(|(to, own)| *to += own);
        }
        limit(&mut self.limiter, block);
        true
    }

    /// Plays the block of `tick` in place of what its party would say; false if there is none.
    pub(crate) fn speak(&mut self, block: &mut [f32], tick: TickNumber) -> bool {
        self.at = Some(tick);
        let plays = block.len() == self.rate.block_samples() && self.next(block).is_some();
        limit(&mut self.limiter, block);
        plays
    }

    /// Whether it ran dry.
    pub(crate) fn is_dry(&self) -> bool {
        self.dry > 0
    }

    /// The rate of what it plays.
    pub(crate) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The next block, and how loud what else is heard is beside it; `None` where no prompt is to be heard.
    fn next(&mut self, out: &mut [f32]) -> Option<f32> {
        out.fill(0.0);
        if !self.reel.may_tell() {
            self.faded |= self.current.is_some();
            return self.current.map(|mark| mark.beside);
        }
        if let Some(current) = self.current.filter(|mark| self.control.is_cut(mark.slot, mark.epoch)) {
            let sounded = self.fade_out(&current, out);
            if let Some(last) = self.current {
                self.leave(&last, News::Cut);
            }
            if sounded {
                return Some(current.beside);
            }
        }
        self.reel.drop_cut(&self.control);
        let slot = self.current.or_else(|| self.reel.front()).map(|mark| mark.slot);
        if slot.is_some_and(|slot| self.control.is_paused(slot)) {
            let current = self.current?;
            let sounded = self.fade_out(&current, out);
            self.faded = self.current.is_some();
            return sounded.then_some(current.beside);
        }
        if let Some(front) = self.reel.front().filter(|front| self.current.is_some() && front.samples == 0) {
            self.end(&front);
            self.clear(true);
        }
        match (self.current, self.reel.front()) {
            (None, Some(front)) if front.samples > 0 && self.reel.goes_on(&front) => Some(self.play(front, out)),
            (None, _) => None,
            (Some(_), Some(front)) if self.dry == 0 || self.reel.goes_on(&front) => Some(self.play(front, out)),
            (Some(current), _) => {
                if self.dry == 0 {
                    self.reel.tell(&current, News::Dry);
                }
                self.dry = self.dry.saturating_add(1);
                self.faded = true;
                Some(current.beside)
            }
        }
    }

    fn play(&mut self, front: Mark, out: &mut [f32]) -> f32 {
        let goes_on = self.reel.goes_on(&front);
        if self.current.is_none() {
            let position = front.position.saturating_sub(u64::from(front.samples));
            self.reel.tell(&Mark { position, ..front }, News::Started);
        }
        self.refill();
        self.reel.take(&front, out);
        let (from, to) = (!(self.faded || front.fades_in), goes_on);
        if !(from && to) {
            apply_gain_ramp(out, f32::from(u8::from(from)), f32::from(u8::from(to)));
        }
        self.faded = !goes_on;
        self.current = Some(front);
        self.control.note(&front);
        if front.end.is_some() {
            self.finish(&front);
        } else if let Some(next) = self.reel.front()
            && (next.samples, next.slot, next.epoch) == (0, front.slot, front.epoch)
        {
            self.end(&next);
        }
        front.beside
    }

    /// The end at the front is that of the prompt under way.
    fn end(&mut self, front: &Mark) {
        self.reel.take(front, &mut []);
        self.finish(front);
    }

    fn finish(&mut self, last: &Mark) {
        self.leave(last, News::Ended(last.end.unwrap_or(MarkEnd::Complete)));
    }

    /// Its next block, faded out, if it sounds and there is one; whether it was.
    fn fade_out(&mut self, current: &Mark, out: &mut [f32]) -> bool {
        let own = |front: &Mark| {
            !self.faded && front.samples > 0 && (front.slot, front.epoch) == (current.slot, current.epoch)
        };
        let Some(front) = self.reel.front().filter(own) else { return false };
        self.reel.take(&front, out);
        apply_gain_ramp(out, 1.0, 0.0);
        self.current = Some(front);
        self.control.note(&front);
        if front.end.is_some() {
            self.finish(&front);
        }
        true
    }

    fn refill(&mut self) {
        let dry = std::mem::take(&mut self.dry);
        if let Some(current) = self.current.filter(|_| dry > 0) {
            self.reel.tell(&current, News::Refilled(dry));
        }
    }

    /// The prompt under way is over.
    fn leave(&mut self, last: &Mark, what: News) {
        self.refill();
        self.reel.tell(last, what);
        (self.current, self.faded) = (None, false);
    }
}
