//! Real-time: the voice activity detector, clause B.3: energies, spectrum and zero crossings against running averages of
//! the background.

use super::arith::{Split, abs16, mac, product, shl, short, upper, widen};
use super::autocorrelation::Autocorrelation;
use super::functions::log2;
use super::tables::{LOW_BAND, QUIET_FACTOR, QUIET_SHIFT};
use super::vad_boundaries::Differences;
use super::vad_minimum::MinimumTracker;
use super::{Lsf, WINDOW};

/// 15 dB, Q11: quieter frames are no voice.
const QUIET: i16 = 3_072;
/// Energy may rise by this much and still be background, Q11.
const RISE: i16 = 614;
/// Spectral distortion of the background, Q15.
const ALIKE: i16 = 83;
/// Frames of the initial averages.
const INITIAL: i16 = 32;
/// Frames until minimum and fourth stage serve.
const SETTLED: i16 = 128;

/// What the detector sees of a frame.
#[derive(Debug)]
pub struct FrameFeatures<'a> {
    /// Of the lag-windowed signal.
    pub autocorrelation: &'a Autocorrelation,
    /// Line spectral frequencies, Q15.
    pub lsf: &'a Lsf,
    /// Second reflection coefficient, Q15.
    pub reflection: i16,
    /// Pre-processed speech of the analysis window.
    pub speech: &'a [i16; WINDOW],
}

/// Running averages of the background, or a frame's own values.
#[derive(Debug, Clone, Default)]
struct Background {
    energy: i16,
    low_energy: i16,
    crossings: i16,
    lsf: Lsf,
}

/// Weights of the past and of a frame by the number of updates: energies, crossings, frequencies. Q15.
struct Adaptation {
    until: i16,
    energy: [i16; 2],
    crossings: [i16; 2],
    lsf: [i16; 2],
}

const fn adaptation(until: i16, energy: [i16; 2], crossings: [i16; 2], lsf: [i16; 2]) -> Adaptation {
    Adaptation { until, energy, crossings, lsf }
}

static ADAPTATIONS: [Adaptation; 6] = [
    adaptation(20, [24_576, 8_192], [26_214, 6_554], [19_661, 13_017]),
    adaptation(30, [31_130, 1_638], [30_147, 2_621], [21_299, 11_469]),
    adaptation(40, [31_785, 983], [30_802, 1_966], [22_938, 9_830]),
    adaptation(50, [32_440, 328], [31_457, 1_311], [24_576, 8_192]),
    adaptation(60, [32_604, 164], [32_440, 328], [24_576, 8_192]),
    adaptation(i16::MAX, [32_604, 164], [32_702, 66], [24_576, 8_192]),
];

/// Level of an energy with its exponent: dB/10 in Q11.
fn level(energy: i32, exponent: i32) -> i16 {
    const TENTHS: i16 = 9_864;
    let (high, low) = log2(energy);
    let sum = mac(Split { high, low }.times(TENTHS), TENTHS, (exponent - 2) as i16);
    upper(shl(sum, 11)).saturating_sub(4_875)
}

impl Background {
    fn of(frame: &FrameFeatures<'_>) -> Self {
        let lags = &frame.autocorrelation.lags;
        let low = lags[1..].iter().zip(&LOW_BAND[1..]).fold(0, |sum, (lag, &tap)| mac(sum, lag.high, tap));
        let low = mac(shl(low, 1), lags[0].high, LOW_BAND[0]);
        let exponent = frame.autocorrelation.exponent;
        let crossed = frame.speech[120..=200].windows(2).filter(|pair| short(pair[0], pair[1]) < 0).count();
        Self {
            energy: level(lags[0].join(), exponent),
            low_energy: level(low, exponent),
            crossings: (410 * crossed as i32).min(i16::MAX.into()) as i16,
            lsf: *frame.lsf,
        }
    }

    fn distortion(&self, frame: &Self) -> i16 {
        upper(frame.lsf.iter().zip(&self.lsf).fold(0, |sum, (&a, &b)| {
            let difference = a.saturating_sub(b);
            mac(sum, difference, difference)
        }))
    }

    /// Adds a frame of the initial averages.
    fn gather(&mut self, frame: &Self) {
        let add = |mean: i16, value| upper(mac(widen(mean), value, 1_024));
        self.energy = add(self.energy, frame.energy);
        self.crossings = add(self.crossings, frame.crossings);
        self.lsf = std::array::from_fn(|i| add(self.lsf[i], frame.lsf[i]));
    }

    /// The sums become means, quiet frames left out.
    fn settle(&mut self, quiet: usize) {
        let quiet = quiet.min(QUIET_FACTOR.len() - 1);
        let scale = |sum: i16| upper(shl(product(sum, QUIET_FACTOR[quiet]), QUIET_SHIFT[quiet].into()));
        let mean = scale(self.energy);
        self.crossings = scale(self.crossings);
        self.lsf = self.lsf.map(scale);
        self.energy = mean.saturating_sub(2_048);
        self.low_energy = mean.saturating_sub(2_458);
    }

    fn follow(&mut self, frame: &Self, by: &Adaptation) {
        let mix = |mean: i16, value, weights: [i16; 2]| upper(mac(product(weights[0], mean), weights[1], value));
        self.energy = mix(self.energy, frame.energy, by.energy);
        self.low_energy = mix(self.low_energy, frame.low_energy, by.energy);
        self.crossings = mix(self.crossings, frame.crossings, by.crossings);
        self.lsf = std::array::from_fn(|i| mix(self.lsf[i], frame.lsf[i], by.lsf));
    }
}

/// Voice activity detector of one stream.
#[derive(Debug, Clone)]
pub struct VoiceActivityDetector {
    frame: i16,
    background: Background,
    minimum: MinimumTracker,
    quiet: usize,
    updates: i16,
    /// Decisions of the last two frames, newest first.
    past: [bool; 2],
    last_energy: i16,
    extended: i16,
    may_extend: bool,
    silent: i16,
}

impl Default for VoiceActivityDetector {
    fn default() -> Self {
        Self {
            frame: 0,
            background: Background::default(),
            minimum: MinimumTracker::default(),
            quiet: 0,
            updates: 0,
            past: [true; 2],
            last_energy: 0,
            extended: 0,
            may_extend: true,
            silent: 0,
        }
    }
}

impl VoiceActivityDetector {
    /// Whether a frame holds voice.
    pub fn detect(&mut self, features: &FrameFeatures<'_>) -> bool {
        self.frame = if self.frame == i16::MAX { 256 } else { self.frame + 1 };
        let frame = Background::of(features);
        let distortion = self.background.distortion(&frame);
        let least = self.minimum.update(self.frame, frame.energy);
        let mut voice = frame.energy >= QUIET;
        if self.frame <= INITIAL {
            if voice {
                self.background.gather(&frame);
            } else {
                self.quiet += 1;
            }
        }
        if self.frame == INITIAL {
            self.background.settle(self.quiet);
        }
        if self.frame >= INITIAL {
            voice = self.decide(&frame, distortion, features.reflection);
            self.learn(&frame, distortion, features.reflection, least);
        }
        self.last_energy = frame.energy;
        self.past = [voice, self.past[0]];
        voice
    }

    /// The initial decision and its smoothing, clauses B.3.5 and B.3.6.
    fn decide(&mut self, frame: &Background, distortion: i16, reflection: i16) -> bool {
        let differences = Differences {
            spectrum: distortion,
            energy: self.background.energy.saturating_sub(frame.energy),
            low_energy: self.background.low_energy.saturating_sub(frame.low_energy),
            crossings: self.background.crossings.saturating_sub(frame.crossings),
        };
        let mut voice = frame.energy >= QUIET && differences.are_voice();
        let mut held = false;
        if self.past[0] && !voice && differences.energy.saturating_add(410) < 0 && frame.energy > QUIET {
            (voice, held) = (true, true);
        }
        let change = frame.energy.saturating_sub(self.last_energy);
        if !self.may_extend {
            self.may_extend = true;
        } else if self.past == [true; 2] && !voice && abs16(self.last_energy.saturating_sub(frame.energy)) <= RISE {
            (voice, held) = (true, true);
            self.extended += 1;
            self.may_extend = self.extended <= 4;
            if !self.may_extend {
                self.extended = 0;
            }
        }
        if !voice {
            self.silent = self.silent.saturating_add(1);
        } else if self.silent > 10 && change <= RISE {
            voice = false;
            self.silent = 0;
        } else {
            self.silent = 0;
        }
        let background = frame.energy.saturating_sub(RISE) < self.background.energy;
        voice && !(background && self.frame > SETTLED && !held && reflection < 19_661)
    }

    /// The averages of the background go on, clause B.3.7.
    fn learn(&mut self, frame: &Background, distortion: i16, reflection: i16, least: i16) {
        let alike = distortion < ALIKE;
        if frame.energy.saturating_sub(RISE) < self.background.energy && reflection < 24_576 && alike {
            self.updates = self.updates.saturating_add(1);
            let by = ADAPTATIONS.iter().find(|by| self.updates < by.until).unwrap_or(&ADAPTATIONS[5]);
            self.background.follow(frame, by);
        }
        let above = self.background.energy.saturating_sub(least);
        if self.frame > SETTLED && ((above < 0 && alike) || above > 2_048) {
            self.background.energy = least;
            self.updates = 0;
        }
    }
}
