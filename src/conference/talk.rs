//! Real-time: what a room knows of a member that makes a sound: how loud it is, and whether it speaks.
//!
//! Loudness says nothing of speech: a keyboard is as loud, and a cough is louder. So a voice detector looks at each block; where
//! it has not had the time to decide, a sound that rises out of its own noise has the benefit of the doubt. Music passes for
//! speech with any detector, but a speaker draws breath: who goes on for eight seconds without a pause is no speaker.

#[cfg(test)]
mod tests;

use super::level::mean_square;
use crate::processing::audio::agc::{AgcParams, Leveler};
use crate::processing::audio::loudness::KWeighting;
use crate::processing::audio::vad::{EnergyDetector, Hysteresis, HysteresisParams, SpectralDetector, VoiceDetector};
use crate::types::{Decibels, SampleRate};

/// A block of less is silence, in dBov.
const SILENCE: f32 = -70.0;
/// Full scale at the greatest gain, in dBov.
const LOUDEST: f32 = 24.1;
/// The probability from which on a block is speech: what clatters passes 0.5 now and then.
const SPEECH: f32 = 0.65;
/// From this on it may be speech: what is less is none, as a rule.
const PERHAPS: f32 = 0.25;
/// How fast the level falls while a sound lasts, in dB a block; it rises at once.
const FALL: f32 = 0.4;
/// How fast its mean follows, a block.
const MEAN: f32 = 0.01;
/// How fast a noise floor rises, in dB a block; it falls at once.
const RISE: f32 = 0.03;
/// So far above its floor a sound may be speech until the detector has decided; for 300 ms, which come back eight times as slowly:
/// who types has soon used them up.
const ABOVE_FLOOR: f32 = 9.0;
const DOUBT: u16 = 240;
const DOUBT_BACK: u16 = 8;
/// They come back at once with what is so much louder than all that used them up, which is forgotten by so much a block.
const LOUDER: f32 = 12.0;
const FORGET: f32 = 0.05;
/// Speech that is so much quieter than a member's is as a rule is that of others, in its background; how quickly it is learnt that
/// the member is louder than that, and quieter.
const BELOW: f32 = 18.0;
const LEARN_LOUDER: f32 = 0.05;
const LEARN_QUIETER: f32 = 0.001;
/// A pause in speech: so many blocks in a row that are no speech.
const PAUSE: u16 = 12;
/// Who has not paused for so many blocks is no speaker.
const UNBROKEN: u16 = 800;
/// How a member begins and ceases to speak.
const TALKING: HysteresisParams = HysteresisParams { on: 0.5, onset_blocks: 4, off: 0.5, hangover_blocks: 40 };
/// What level control aims at, and how far it goes.
const LEVEL: AgcParams =
    AgcParams { target_lufs: -20.0, most_gain_db: 12.0, most_attenuation_db: 12.0, ceiling_dbfs: 0.0 };

/// A block of silence, of up to 48 kHz.
static NOTHING: [f32; 480] = [0.0; 480];

/// What is known of one member. Block by block: [`hear`](Self::hear) what it said, or [`pass`](Self::pass) where it said nothing.
#[derive(Debug)]
pub struct Talk {
    samples: usize,
    detector: SpectralDetector,
    cheap: EnergyDetector,
    /// Where members are made equally loud.
    control: Option<(KWeighting, Leveler)>,
    decision: Hysteresis,
    /// Of the last 64 blocks those that were speech, and those that may have been; the last in bit 0.
    voice: u64,
    perhaps: u64,
    level: f32,
    /// Over a second.
    mean_level: f32,
    floor: f32,
    /// Whether it is out of its noise, and how much of the doubt is used up.
    rises: bool,
    risen: u16,
    doubted: f32,
    /// How loud it is as a rule while it speaks; blocks in a row that were a pause, and since the last pause.
    usual: f32,
    paused: u16,
    unbroken: u16,
}

impl Talk {
    /// Of a member whose blocks have that rate, and whose level is controlled or not. Allocates: control side.
    pub fn new(rate: SampleRate, level_control: bool) -> Self {
        Self {
            samples: rate.block_samples(),
            detector: SpectralDetector::new(rate),
            cheap: EnergyDetector::new(rate),
            control: level_control.then(|| (KWeighting::new(rate), Leveler::default())),
            decision: Hysteresis::new(TALKING),
            voice: 0,
            perhaps: 0,
            level: Decibels::SILENCE.0,
            mean_level: Decibels::SILENCE.0,
            floor: SILENCE,
            rises: false,
            risen: 0,
            doubted: SILENCE,
            usual: Decibels::SILENCE.0,
            paused: 0,
            unbroken: 0,
        }
    }

    /// Another member.
    pub fn reset(&mut self) {
        self.detector.reset();
        self.cheap.reset();
        if let Some((weighting, leveler)) = &mut self.control {
            weighting.reset();
            leveler.reset();
        }
        self.decision.reset();
        (self.voice, self.perhaps, self.level, self.floor) = (0, 0, Decibels::SILENCE.0, SILENCE);
        (self.rises, self.risen, self.doubted) = (false, 0, SILENCE);
        self.mean_level = Decibels::SILENCE.0;
        (self.usual, self.paused, self.unbroken) = (Decibels::SILENCE.0, 0, 0);
    }

    /// Goes on with what is known of the same member at another rate.
    pub fn follow(&mut self, before: &Self) {
        self.detector.continue_from(&before.detector);
        self.cheap.continue_from(&before.cheap);
        if let (Some((_, leveler)), Some((_, before))) = (&mut self.control, &before.control) {
            leveler.clone_from(before);
        }
        self.decision = before.decision;
        (self.voice, self.perhaps) = (before.voice, before.perhaps);
        (self.level, self.mean_level) = (before.level, before.mean_level);
        (self.floor, self.usual) = (before.floor, before.usual);
        (self.rises, self.risen, self.doubted) = (before.rises, before.risen, before.doubted);
        (self.paused, self.unbroken) = (before.paused, before.unbroken);
    }

    /// What it said, as loud as it is heard by `gain`. `cheaply`: overload leaves no time but for its energy.
    pub fn hear(&mut self, block: &[f32], gain: f32, cheaply: bool) {
        let power = mean_square(block);
        // An embedder's samples may be anything. What is louder than a gain makes of full scale is no sound: nothing is
        // learnt from it.
        if Decibels::from_power(power).0 > LOUDEST {
            return self.note(LOUDEST, 0.0);
        }
        let level = Decibels::from_power(power * gain * gain).0.min(LOUDEST);
        let probability = self.detect(block, cheaply);
        if let Some((weighting, leveler)) = self.control.as_mut().filter(|_| level >= SILENCE) {
            leveler.update(weighting.mean_square(block), probability, &LEVEL);
        }
        self.note(level, probability);
    }

    /// A block in which it said nothing. Detectors hear that, too: what they know of noise they learn in pauses.
    pub fn pass(&mut self, cheaply: bool) {
        let probability = match self.is_at_rest() {
            true => 0.0,
            false => self.detect(NOTHING.get(..self.samples).unwrap_or_default(), cheaply),
        };
        self.note(Decibels::SILENCE.0, probability);
    }

    fn detect(&mut self, block: &[f32], cheaply: bool) -> f32 {
        let probability = match cheaply {
            true => self.cheap.process(block),
            false => self.detector.process(block),
        };
        probability.unwrap_or(0.0)
    }

    pub(super) fn note(&mut self, level: f32, probability: f32) {
        let probability = if level < SILENCE { 0.0 } else { probability };
        let mut speech = probability >= SPEECH;
        if speech {
            let pace = if level > self.usual { LEARN_LOUDER } else { LEARN_QUIETER };
            self.usual = if self.usual < SILENCE { level } else { self.usual + pace * (level - self.usual) };
            speech = level > self.usual - BELOW;
        }
        self.decision.update(f32::from(u8::from(speech)));
        self.voice = self.voice << 1 | u64::from(speech);
        self.perhaps = self.perhaps << 1 | u64::from(probability >= PERHAPS);
        self.level = level.max(self.level - FALL);
        self.mean_level += MEAN * (self.level - self.mean_level);
        self.floor = level.clamp(SILENCE, self.floor + RISE);
        self.rises = level > self.floor + ABOVE_FLOOR;
        let afresh = level > self.doubted + LOUDER;
        let forgotten = (self.doubted - FORGET).max(SILENCE);
        self.doubted = if self.rises && !speech { level.max(forgotten) } else { forgotten };
        self.risen = match self.rises {
            _ if speech || afresh => 0,
            true => (self.risen + DOUBT_BACK).min(DOUBT),
            false => self.risen.saturating_sub(1),
        };
        self.paused = if speech { 0 } else { self.paused.saturating_add(1) };
        self.unbroken = if self.paused >= PAUSE { 0 } else { self.unbroken.saturating_add(1) };
    }
}

/// What it has heard.
impl Talk {
    /// Whether the member speaks, short pauses included.
    pub fn is_talking(&self) -> bool {
        self.decision.is_speech()
    }

    /// Whether it speaks as people do, who draw breath: music on hold does not.
    pub fn is_speaker(&self) -> bool {
        self.unbroken < UNBROKEN
    }

    /// Whether it makes no sound, and has not for a while.
    pub fn is_at_rest(&self) -> bool {
        self.perhaps == 0 && self.level < SILENCE && !self.is_talking()
    }

    /// How many of the last blocks (at most 64) were speech.
    pub fn voiced(&self, blocks: u32) -> u32 {
        (self.voice << (64 - blocks.clamp(1, 64))).count_ones()
    }

    /// Whether it is, or was just now, or may turn out to be, speech.
    pub fn may_speak(&self) -> bool {
        (self.rises && self.risen < DOUBT) || self.is_talking() || self.perhaps != 0
    }

    /// How loud it is, in dBov: the peak of what fell by 40 dB a second since.
    pub fn level(&self) -> f32 {
        self.level
    }

    /// How loud it has been over a second or so, in dBov.
    pub fn mean_level(&self) -> f32 {
        self.mean_level
    }

    /// The gain by which it is as loud as all are to be, in dB; 0 where its level is not controlled.
    pub fn gain_db(&self) -> f32 {
        self.control.as_ref().map_or(0.0, |(_, leveler)| leveler.gain_db() as f32)
    }
}
