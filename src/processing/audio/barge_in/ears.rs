//! Real-time: what a block says: power in bands over all that echo and noise explain, and how much it sounds like speech.

use super::bands::{BANDS, Bands, power, power_of_sum};
use super::echo_bound::EchoBound;
use crate::processing::audio::aec::frequency_domain::FrequencyDomain;
use crate::processing::audio::aec::spectrum::{Spectrum, Transform, zeros};
use crate::processing::audio::aec::{AecAlgorithm, AecParams, EchoCanceller, EchoSuppression};
use crate::processing::audio::fast_math::{exp2, log2};
use crate::processing::audio::vad::SpectralDetector;
use crate::processing::audio::vad::noise_floor::Floors;
use crate::processing::finite::copy_bounded;
use crate::processing::format::Resampler;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// Samples of a block where it is looked at: 8 kHz.
pub(super) const BLOCK: usize = 80;
/// No sample is taken for more.
const GREATEST: f32 = 4.0;
/// Power of what was sent that counts as sound: about -55 dBFS.
const SOUND: f32 = 1.5e-2;
/// Power of a band that counts as silence: about -85 dBFS.
const SILENCE: f32 = 1e-6;
/// Decibels per doubling of power.
const DECIBELS: f32 = 3.010_3;
/// Blocks after which the noise floors are renewed.
const PERIOD: u16 = 150;
/// The loudest noise that is thought possible at first: about -45 dBFS, in a band.
const LOUDEST_FLOOR: f32 = -20.0;
/// How fast the estimated echo dies away in a block, as a bound of what the filter leaves.
const DECAY: f32 = 0.7;
/// What the next bands have of a band's echo.
const SPREAD: f32 = 0.1;

/// What a block looks like; in dB.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    /// What came over all that may be echo.
    pub(super) over_bound: Bands,
    /// What the filter left over the echo that it estimated.
    pub(super) over_echo: Bands,
    /// What the filter left over the noise.
    pub(super) over_noise: Bands,
    /// Logarithm of the odds that what is left is speech.
    pub(super) speech: f32,
    /// Of what came, dBFS.
    pub(super) level: f32,
    /// Something was sent that can be heard.
    pub(super) sent: bool,
}

/// What one listens with: both directions at 8 kHz, a canceller of its own, the bound of the echo, a voice detector.
pub(super) struct Ears {
    block: usize,
    to_8k: [Resampler; 2],
    canceller: FrequencyDomain,
    transform: Transform,
    window: Box<[f32]>,
    last_far: [f32; BLOCK],
    far: Spectrum,
    bound: EchoBound,
    voice: SpectralDetector,
    floors: Option<Floors<BANDS>>,
    floor: Bands,
    decay: Bands,
}

impl Ears {
    /// Allocates: control side.
    pub(super) fn new(rate: SampleRate) -> Result<Self, ProcessingError> {
        let params = AecParams {
            algorithm: AecAlgorithm::FrequencyDomain,
            tail_ms: 160,
            max_delay_ms: 500,
            suppression: EchoSuppression::Off,
            comfort_noise: false,
        };
        let resampler = || {
            Resampler::new(rate, SampleRate::Hz8000, 1).map_err(|_| ProcessingError::Rate {
                stage: "barge-in detection",
                rate,
                legal: "8, 16, 24, 32 or 48 kHz",
            })
        };
        let mut window = zeros(2 * BLOCK);
        for (n, w) in window.iter_mut().enumerate() {
            *w = (std::f32::consts::PI * (n as f32 + 0.5) / (2 * BLOCK) as f32).sin().powi(2);
        }
        Ok(Self {
            block: rate.block_samples(),
            to_8k: [resampler()?, resampler()?],
            canceller: FrequencyDomain::new(SampleRate::Hz8000, params)?,
            transform: Transform::new(BLOCK),
            window,
            last_far: [0.0; BLOCK],
            far: Spectrum::new(BLOCK),
            bound: EchoBound::new(),
            voice: SpectralDetector::new(SampleRate::Hz8000),
            floors: None,
            floor: [SILENCE; BANDS],
            decay: [0.0; BANDS],
        })
    }

    /// Looks at a block of what was sent and one of what came. `alone`: the party is not taken to speak.
    pub(super) fn look(&mut self, sent: &[f32], came: &[f32], alone: bool) -> Result<Look, StageFault> {
        if sent.len() != self.block || came.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        let [mut far, mut near, mut clean] = [[0.0; BLOCK]; 3];
        for ((resampler, from), to) in self.to_8k.iter_mut().zip([sent, came]).zip([&mut far, &mut near]) {
            // It does not fail: the block is of the length that was agreed.
            let _ = resampler.process_block(from, &mut clean);
            copy_bounded(&clean, to, GREATEST);
        }
        self.transform.windowed(&self.last_far, &far, &self.window, &mut self.far);
        self.last_far = far;
        self.canceller.process(&far, &mut near)?;
        let view = self.canceller.view();
        let far = power(&self.far.re, &self.far.im);
        let came = power_of_sum((&view.echo.re, &view.echo.im), (&view.error.re, &view.error.im));
        let left = power(&view.error.re, &view.error.im);
        let echo = power(&view.echo.re, &view.echo.im);
        let sent = far.iter().sum::<f32>() > SOUND;
        let bound = self.bound.update(&far, &came, &self.floor, alone);
        self.spread(&echo);
        let levels = left.map(|p| DECIBELS * log2(p + SILENCE));
        let over_noise = self
            .floors
            .get_or_insert_with(|| Floors::at(&levels.map(|l| l.min(LOUDEST_FLOOR)), PERIOD))
            .excess(&levels);
        let mut look = Look { over_noise, sent, ..Look::default() };
        for b in 0..BANDS {
            let floor = power_of(levels[b] - over_noise[b]);
            self.floor[b] = floor;
            look.over_bound[b] = DECIBELS * log2((came[b] + SILENCE) / (bound[b] + floor));
            look.over_echo[b] = DECIBELS * log2((left[b] + SILENCE) / (self.decay[b] + floor));
        }
        look.level = DECIBELS * log2(came.iter().sum::<f32>() / (2.0 * BLOCK as f32 * 30.0) + 1e-10);
        look.speech = self.voice.odds(&near)?;
        Ok(look)
    }

    /// The estimated echo, spread over time and to the next bands.
    fn spread(&mut self, echo: &Bands) {
        let mut below = 0.0;
        for b in 0..BANDS {
            let above = echo.get(b + 1).copied().unwrap_or(0.0);
            let now = echo[b].max(SPREAD * above).max(SPREAD * below);
            below = echo[b];
            self.decay[b] = (DECAY * self.decay[b]).max(now);
        }
    }
}

fn power_of(decibels: f32) -> f32 {
    exp2(decibels / DECIBELS)
}
