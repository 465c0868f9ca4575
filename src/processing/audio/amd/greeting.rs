//! Real-time: the verdict on a greeting: words and the silence between and behind them, in blocks of 10 ms.
//!
//! A block is of a word where the voice detector says so and where it stands well above the noise and is not far fainter than the
//! loudest so far: detectors go on for a while when a voice has ceased, and here 100 ms decide.

#[cfg(test)]
mod tests;

use super::event::{AmdCause, AnsweredBy};
use super::params::AmdParams;

/// Voice begins at this probability, and goes on down to that.
const ON: f32 = 0.5;
const OFF: f32 = 0.35;
/// What is so much fainter than the loudest is a pause, in dB; and what is no higher above the noise than by this and by this part
/// of what the loudest is.
const FAINTER_DB: f32 = 22.0;
const OVER_DB: f32 = 4.0;
const OVER: f32 = 0.3;
/// How fast the level is smoothed, in a block; and between which levels noise is thought possible, in dBFS.
const SMOOTHING: f32 = 0.4;
const NOISE_DBFS: (f32, f32) = (-66.0, -40.0);
/// How fast the noise may rise, in dB a block.
const RISE: f32 = 0.03;

/// A verdict.
pub(super) type Verdict = (AnsweredBy, AmdCause);

/// What was said so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Greeting {
    params: AmdParams,
    /// Blocks since detection began, and since the greeting did.
    clock: u32,
    greeting: u32,
    /// Blocks of the word under way, with short gaps; of the silence behind it.
    word: u32,
    silence: u32,
    words: u32,
    loudest: f32,
    level: f32,
    noise: f32,
    /// The deadline came in a pause.
    overdue: bool,
}

impl Greeting {
    pub(super) const fn new(params: AmdParams) -> Self {
        let (clock, greeting, word, silence, words) = (0, 0, 0, 0, 0);
        Self {
            params,
            clock,
            greeting,
            word,
            silence,
            words,
            loudest: -100.0,
            level: -100.0,
            noise: NOISE_DBFS.1,
            overdue: false,
        }
    }

    /// ms since detection began, and since the greeting did.
    pub(super) const fn times_ms(&self) -> (u32, u32) {
        (self.clock * 10, self.greeting * 10)
    }

    /// Takes a block's probability of voice and its level in dBFS.
    pub(super) fn update(&mut self, voice: f32, level: f32) -> Option<Verdict> {
        let sure = if self.word > 0 && self.silence == 0 { OFF } else { ON };
        self.level += SMOOTHING * (level.max(-100.0) - self.level);
        self.noise = (self.noise + RISE).min(self.level).clamp(NOISE_DBFS.0, NOISE_DBFS.1);
        let over = OVER_DB.max(OVER * (self.loudest - self.noise));
        let speaks = voice >= sure && self.level > (self.noise + over).max(self.loudest - FAINTER_DB);
        self.clock += 1;
        if speaks {
            self.loudest = self.loudest.max(self.level);
        }
        self.count(speaks);
        self.judge()
    }

    fn count(&mut self, speaks: bool) {
        let blocks = |ms: u16| u32::from(ms).div_ceil(10);
        let (least, between) = (blocks(self.params.minimum_word_ms), blocks(self.params.between_words_silence_ms));
        if self.greeting > 0 || speaks {
            self.greeting += 1;
        }
        if !speaks {
            self.silence += 1;
            if self.silence == between && self.word < least {
                // A click: it neither is a word nor ends the silence before it.
                (self.word, self.greeting) = (0, if self.words == 0 { 0 } else { self.greeting });
            }
            return;
        }
        let goes_on = self.silence < between && self.word > 0;
        let before = self.word;
        self.word = if goes_on { self.word + self.silence + 1 } else { 1 };
        self.silence = 0;
        if self.word >= least && (before < least || !goes_on) {
            self.words += 1;
        }
    }

    fn judge(&mut self) -> Option<Verdict> {
        let blocks = |ms: u16| u32::from(ms).div_ceil(10);
        let waits = blocks(self.params.after_greeting_silence_ms);
        if self.words == 0 {
            let late = self.greeting == 0 && self.clock >= blocks(self.params.initial_silence_ms);
            return late.then_some((AnsweredBy::Machine, AmdCause::InitialSilence)).or_else(|| self.too_long());
        }
        if self.words > u32::from(self.params.maximum_number_of_words) {
            return Some((AnsweredBy::Machine, AmdCause::MaximumWords));
        }
        self.overdue |= self.greeting >= blocks(self.params.greeting_ms);
        if self.silence >= waits || self.overdue && self.silence >= waits * 3 / 4 {
            return Some((AnsweredBy::Human, AmdCause::AfterGreetingSilence));
        }
        // A gap between words, and no more.
        if self.overdue && self.silence < waits / 4 {
            return Some((AnsweredBy::Machine, AmdCause::LongGreeting));
        }
        self.too_long()
    }

    fn too_long(&self) -> Option<Verdict> {
        let over = self.clock >= u32::from(self.params.total_analysis_ms).div_ceil(10);
        over.then_some((AnsweredBy::NotSure, AmdCause::TooLong))
    }
}
