//! Real-time: discontinuous transmission of codecs that have none of their own: whether a packet's time is a pause, and
//! what is sent of it: a description of its noise (RFC 3389) as it begins, as it changes, and every so often.
//!
//! What is noise is judged with care for what is not: a pause has no voice (by the source's own detector, else by energy),
//! is not louder than -36 dBov, does not rise by 6 dB within the pause, and is no tone. Digital silence, and noise made for
//! a source that pauses itself, are pauses at once.

#[cfg(test)]
mod tests;

use crate::codec::audio::comfort_noise::{ComfortNoise, ComfortNoiseAnalyzer};
use crate::conference::mean_square;
use crate::processing::audio::tone::Periodicity;
use crate::processing::audio::vad::{EnergyDetector, Hysteresis, HysteresisParams, VoiceDetector};
use crate::types::SampleRate;
use crate::worker::leg::Sharing;

/// Mean squares: digital silence (-100 dBov), the loudest background (-36 dBov), the faintest that may rise (-80 dBov).
const SILENT: f32 = 1e-10;
const LOUDEST: f32 = 2.5e-4;
const FAINTEST: f32 = 1e-8;
/// A block louder than the noise by this ratio is to be heard.
const JUMP: f32 = 4.0;
/// Blocks of noise before it is described: the analysis' memory.
const ENOUGH: u16 = 8;
/// Blocks for which all is sent at first, until the detector knows the floor.
const START: u16 = 100;
/// Blocks between two descriptions at least.
const APART: u16 = 10;
/// Another level in dB, or squared distance of spectra by their first coefficients, is a change. (Those of higher order
/// vary by chance where a part of the spectrum is empty.)
const LEVEL_CHANGE: f32 = 3.0;
const SPECTRUM_CHANGE: f32 = 0.2;
const SPECTRUM_ORDER: usize = 4;

/// What is known of a block besides its samples.
#[derive(Debug, Default)]
pub(in crate::worker) struct BlockHints<'a> {
    /// Its source is silent: it is noise made for a pause of the sender, or nothing at all.
    pub(in crate::worker) silent: bool,
    /// Whether a detector heard voice in it; `None`: nobody listened.
    pub(in crate::worker) voice: Option<bool>,
    /// There is no source, or it has nothing to say.
    pub(in crate::worker) nothing: bool,
    /// Its octets in the output's codec, where they were made for several outputs.
    pub(in crate::worker) encoded: Option<&'a [u8]>,
    /// The output followed an encoder that it shares.
    pub(in crate::worker) followed: bool,
    /// All hear it who hear the bus: who encodes it for them.
    pub(in crate::worker) sharing: Option<Sharing<'a>>,
}

/// What to do with a packet's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum Sending {
    /// Send its audio.
    Audio,
    /// Send this description.
    Noise(ComfortNoise),
    /// Send nothing.
    Nothing,
}

/// A pause under way.
#[derive(Debug, Clone, Copy)]
struct Pause {
    /// What was sent last, and how many blocks ago.
    sent: ComfortNoise,
    since: u16,
    /// Mean square of its noise.
    power: f32,
}

/// Judges what an output sends. Built by the control side.
#[derive(Debug)]
pub struct DtxController {
    detector: EnergyDetector,
    voice: Hysteresis,
    analyzer: ComfortNoiseAnalyzer,
    tone: Periodicity,
    /// Blocks between two descriptions at most.
    refresh: u16,
    start: u16,
    /// Blocks of noise in a row.
    quiet: u16,
    /// Something in the packet being filled is to be heard.
    heard: bool,
    pause: Option<Pause>,
}

impl DtxController {
    /// For audio of `rate`: pauses begin so many blocks after voice, and are described again after `refresh` blocks at the
    /// latest.
    pub fn new(rate: SampleRate, hangover: u16, refresh: u16) -> Self {
        let judged = HysteresisParams { on: 0.4, onset_blocks: 1, off: 0.25, hangover_blocks: hangover };
        Self {
            detector: EnergyDetector::new(rate),
            voice: Hysteresis::new(judged),
            analyzer: ComfortNoiseAnalyzer::new(),
            tone: Periodicity::new(rate),
            refresh,
            start: START,
            quiet: 0,
            heard: false,
            pause: None,
        }
    }

    /// Takes a block of the packet being filled.
    pub(in crate::worker) fn hear(&mut self, block: &[f32], known: &BlockHints<'_>) {
        let power = mean_square(block);
        if known.silent || power <= SILENT {
            match power <= SILENT {
                true => self.analyzer.reset(),
                false => self.analyzer.observe(block),
            }
            self.quiet = ENOUGH;
            return;
        }
        let probability = self.detector.process(block).unwrap_or(1.0);
        let voice = self.voice.update(probability);
        let loudest = self.pause.map_or(LOUDEST, |pause| JUMP * pause.power.max(FAINTEST));
        self.start = self.start.saturating_sub(1);
        // A NaN is no noise.
        let faint = power <= loudest && !known.voice.unwrap_or(voice) && self.start == 0;
        if faint {
            self.tone.hear(block);
        } else {
            self.tone.reset();
        }
        if faint && !self.tone.is_tone() {
            self.quiet = self.quiet.saturating_add(1);
            self.analyzer.observe(block);
        } else {
            self.quiet = 0;
            self.analyzer.pre_roll(block);
        }
        self.heard |= self.quiet < ENOUGH;
    }

    /// What to do with the packet of `blocks` blocks that is full now.
    pub(in crate::worker) fn decide(&mut self, blocks: u8) -> Sending {
        if std::mem::take(&mut self.heard) {
            self.pause = None;
            return Sending::Audio;
        }
        let noise = self.analyzer.describe();
        let power = 10f32.powf(noise.level().0 / 10.0);
        let Some(pause) = &mut self.pause else {
            self.pause = Some(Pause { sent: noise, since: 0, power });
            return Sending::Noise(noise);
        };
        pause.since = pause.since.saturating_add(u16::from(blocks));
        pause.power = power;
        if pause.since < self.refresh && (pause.since < APART || !differs(&pause.sent, &noise)) {
            return Sending::Nothing;
        }
        (pause.sent, pause.since) = (noise, 0);
        Sending::Noise(noise)
    }

    /// Whether what was last decided on was a pause.
    pub(in crate::worker) fn is_pausing(&self) -> bool {
        self.pause.is_some() && !self.heard
    }

    /// A description was not sent after all: the next packet's time is for it.
    pub(in crate::worker) fn put_off(&mut self) {
        if let Some(pause) = &mut self.pause {
            pause.since = u16::MAX;
        }
    }
}

fn differs(sent: &ComfortNoise, now: &ComfortNoise) -> bool {
    let level = (sent.level().0 - now.level().0).abs();
    let (before, after) = (sent.reflection(), now.reflection());
    let squares = before.iter().zip(after).take(SPECTRUM_ORDER).map(|(a, b)| (a - b) * (a - b));
    let spectrum: f32 = squares.sum();
    level >= LEVEL_CHANGE || spectrum > SPECTRUM_CHANGE
}
