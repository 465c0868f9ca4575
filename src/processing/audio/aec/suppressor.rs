//! Real-time: suppression of the echo that the filter leaves, by a gain in each bin, without delay.
//!
//! Two estimates of the residual echo stand against each other. The *bound* is what could be echo if the path had just
//! changed: as loud as the estimated echo itself. The *leak* is what the filter is known to leave of it, learnt while the
//! far end speaks alone. As long as nobody is heard at the near end the bound rules, so that neither a new path nor a
//! distorting loudspeaker is heard; when the near end speaks, which shows by power that no echo could have, or by an error
//! that no other filter explains, the leak rules and the speaker is let through.

use super::EchoSuppression;
use super::analysis::{Analysis, window_energy};
use super::comfort::ComfortNoise;
use super::double_talk::DoubleTalkDetector;
use super::leakage::Leakage;
use super::residual_gain::ResidualGainFilter;
use super::residual_network::BINS;
use super::spectrum::{Transform, zeros};

/// Decay of an echo's power in a room in 10 ms.
const DECAY: f32 = 0.75;
/// Weight of the last gain in the a-priori ratio (Ephraim and Malah's decision-directed approach).
const HOLD: f32 = 0.6;

/// By how much the bound is overdone while the filter is not known to be right, and while it is known to be wrong.
const OVER: f32 = 3.0;
const OVER_LOST: f32 = 10.0;
/// And where what is left follows the echo: a distorting loudspeaker puts it into bins that the filter estimates none in.
const OVER_FOLLOWS: f32 = 2.0;

/// What the filter says about a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filtered<'a> {
    /// The estimated echo, and what is left without it.
    pub(super) spectra: &'a Analysis,
    /// Power that the filter's uncertainty stands for, in each bin that it works on.
    pub(super) uncertainty: &'a [f32],
    /// The error is unlike what a changed path leaves: no other filter does better.
    pub(super) converged: bool,
    /// The estimated echo is found in the near end no more: the path has changed.
    pub(super) lost: bool,
    /// It is found there.
    pub(super) fits: bool,
    /// Share of the estimated echo that has been taken out.
    pub(super) trust: f32,
    /// How surely there is an echo at all.
    pub(super) confidence: f32,
    /// The far end was silent for as long as an echo may be late: there is none.
    pub(super) quiet: bool,
    /// The filter has just been set anew: its uncertainty is real.
    pub(super) renewed: bool,
    /// Long-term power of the far end in each bin.
    pub(super) far: &'a [f32],
    /// What a network says ought to pass of each bin, in place of all the rest.
    pub(super) trained: Option<&'a [f32; BINS]>,
}

/// The suppressor.
#[derive(Debug)]
pub(super) struct Suppressor {
    floor: f32,
    comfort: bool,
    /// Of the error, the estimated echo, its decay, and the bound.
    error: Box<[f32]>,
    echo: Box<[f32]>,
    decay: Box<[f32]>,
    bound: Box<[f32]>,
    leakage: Leakage,
    doubted: Box<[f32]>,
    /// Power that came through in the last block.
    passed: Box<[f32]>,
    gains: Box<[f32]>,
    logs: Box<[f32]>,
    double_talk: DoubleTalkDetector,
    noise: ComfortNoise,
    residual_gain: ResidualGainFilter,
    uncertainty_scale: f32,
}

impl Suppressor {
    pub(super) fn new(block: usize) -> Self {
        let energy = window_energy(block);
        let bins = || zeros(block + 1);
        let mut suppressor = Self {
            floor: 1.0,
            comfort: true,
            error: bins(),
            echo: bins(),
            decay: bins(),
            bound: bins(),
            leakage: Leakage::new(block, energy / block as f32),
            doubted: bins(),
            passed: bins(),
            gains: bins(),
            logs: bins(),
            double_talk: DoubleTalkDetector::default(),
            noise: ComfortNoise::new(block, energy),
            residual_gain: ResidualGainFilter::new(block),
            uncertainty_scale: energy / block as f32,
        };
        suppressor.reset();
        suppressor
    }

    pub(super) fn set(&mut self, level: EchoSuppression, comfort: bool) {
        self.floor = level.floor();
        self.comfort = comfort;
    }

    /// Whether the last blocks came through as they were.
    pub(super) fn is_through(&self) -> bool {
        self.residual_gain.is_plain()
    }

    pub(super) fn reset(&mut self) {
        for buffer in [&mut self.decay, &mut self.passed] {
            buffer.fill(0.0);
        }
        self.leakage.reset();
        self.double_talk = DoubleTalkDetector::default();
        self.noise.reset();
        self.residual_gain.reset();
    }

    /// Whether the near end is taken to speak.
    pub(super) fn near_speaks(&self) -> bool {
        self.double_talk.speaks()
    }

    /// Suppresses in place what is echo in `error`.
    pub(super) fn process(&mut self, filtered: Filtered<'_>, error: &mut [f32], transform: &mut Transform) {
        filtered.spectra.echo.power(&mut self.echo);
        let kept = 1.0 - filtered.trust;
        let (echo, left) = (&filtered.spectra.echo, &filtered.spectra.error);
        let parts = echo.re.iter().zip(&echo.im).zip(left.re.iter().zip(&left.im));
        for (power, ((yr, yi), (er, ei))) in self.error.iter_mut().zip(parts) {
            let (re, im) = (er + kept * yr, ei + kept * yi);
            *power = re * re + im * im;
        }
        self.extrapolate(filtered);
        self.update_bound(filtered.uncertainty);
        let residual = self.leakage.estimate(&self.echo, filtered.uncertainty, filtered.trust);
        self.double_talk.update(
            &self.error,
            &self.bound,
            &self.noise.power,
            residual,
            filtered.converged && !filtered.lost,
            filtered.fits,
        );
        let (sum, bound) = (self.error.iter().sum::<f32>(), self.bound.iter().sum::<f32>());
        self.noise.update(&self.error, bound < 0.1 * sum, filtered.quiet);
        self.leakage.learn(&self.error, &self.echo, &self.noise.power, !self.double_talk.speaks());
        self.leakage.judge(&self.error, filtered.uncertainty, filtered.renewed);
        match filtered.trained {
            None => self.update_gains(filtered),
            Some(gains) => self.take_gains(gains),
        }
        self.residual_gain.process(&self.logs, error, transform);
        if self.comfort {
            self.noise.add(&self.gains, error, transform);
        }
    }

    /// Above what the filter works on, the echo goes on with the shape of the far end's long-term spectrum.
    fn extrapolate(&mut self, filtered: Filtered<'_>) {
        let filtered_bins = filtered.uncertainty.len();
        if filtered_bins == 0 || self.echo.len() <= filtered_bins {
            return;
        }
        let top = filtered_bins.saturating_sub(40)..filtered_bins.saturating_sub(16);
        let level: f32 = self.echo.get(top.clone()).map_or(0.0, |e| e.iter().sum());
        let far: f32 = filtered.far.get(top).map_or(0.0, |f| f.iter().sum());
        let scale = level / (far + 1e-9);
        for (echo, far) in self.echo.iter_mut().zip(filtered.far).skip(filtered_bins.saturating_sub(16)) {
            *echo = scale * far;
        }
    }

    /// The bound: the estimated echo, spread over time and to the next bins, and what the filter doubts.
    fn update_bound(&mut self, uncertainty: &[f32]) {
        for (decay, echo) in self.decay.iter_mut().zip(&self.echo) {
            *decay = (DECAY * *decay).max(*echo) + 1e-12;
        }
        let mut below = 0.0;
        let above = self.decay.iter().skip(1).chain([&0.0]);
        for ((bound, now), above) in self.bound.iter_mut().zip(&self.decay).zip(above) {
            *bound = now.max(0.3 * above).max(0.3 * below);
            below = *now;
        }
        let scale = self.uncertainty_scale;
        for (echo, bound) in self.echo.iter_mut().zip(&self.bound) {
            *echo = *bound;
        }
        for ((bound, doubted), uncertainty) in self.bound.iter_mut().zip(&mut self.doubted).zip(uncertainty) {
            *doubted = (DECAY * *doubted).max(scale * uncertainty);
            *bound += *doubted;
        }
    }

    /// The gains: Wiener's, by the decision-directed ratio of near end to residual echo.
    fn update_gains(&mut self, filtered: Filtered<'_>) {
        let confidence = filtered.confidence;
        let speaks = self.double_talk.share();
        let over = match filtered {
            Filtered { lost: true, .. } => OVER_LOST,
            Filtered { fits: true, .. } if self.double_talk.follows_echo() => OVER_FOLLOWS,
            Filtered { fits: true, .. } => 1.0,
            _ => OVER,
        };
        let bins =
            self.error.iter().zip(&self.bound).zip(&self.leakage.residual).zip(&mut self.passed).zip(&mut self.gains);
        for ((((error, bound), residual), passed), gain) in bins {
            let echo = confidence * (speaks * residual + (1.0 - speaks) * over * bound) + 1e-9;
            let ratio = HOLD * *passed / echo + (1.0 - HOLD) * (error / echo - 1.0).max(0.0);
            *gain = (ratio / (1.0 + ratio)).max(self.floor).max(1.0 - confidence);
            *passed = *gain * *gain * error;
        }
        let mut below = self.gains.first().map_or(0.0, |g| g.ln());
        let last = self.gains.last().copied().unwrap_or(1.0);
        let mut now = below;
        let above = self.gains.iter().skip(1).chain([&last]);
        for (log, above) in self.logs.iter_mut().zip(above) {
            let above = above.ln();
            *log = 0.25 * below + 0.5 * now + 0.25 * above;
            (below, now) = (now, above);
        }
    }

    /// Those of a network; above what it hears, its last.
    fn take_gains(&mut self, trained: &[f32; BINS]) {
        let [.., last] = *trained;
        let given = trained.iter().copied().chain(std::iter::repeat(last));
        let bins = self.gains.iter_mut().zip(&mut self.logs).zip(self.passed.iter_mut().zip(&self.error));
        for (((gain, log), (passed, error)), given) in bins.zip(given) {
            *gain = given.max(self.floor);
            *log = gain.ln();
            *passed = *gain * *gain * error;
        }
    }
}
