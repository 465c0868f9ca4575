//! Real-time: from speech to codewords: the encoder's analysis, clauses 3 and A.3, with voice activity detection and
//! discontinuous transmission, clauses B.3 and B.4.

use super::adaptive_codebook::{self, PitchGain};
use super::arith::{product, shl, upper};
use super::autocorrelation::Autocorrelation;
use super::backward_filter::backward_filter;
use super::bitstream::{Frame, SpeechIndices, SubframeIndices};
use super::dtx::{DtxController, SharedState};
use super::excitation::Excitation;
use super::filters::{impulse_response, residual, synthesize};
use super::fixed_codebook::{PulseIndices, Sharpening};
use super::fixed_codebook_search;
use super::gain_codebook::GainPredictor;
use super::gain_quantizer::{self, ErrorTerms};
use super::high_pass::HighPass;
use super::lag::{Lag, around_first, around_open_loop, parity};
use super::levinson::LevinsonDurbin;
use super::lsf_memory::LsfMemory;
use super::lsp::{from_frequencies, interpolate, to_frequencies, to_normalized_frequencies};
use super::pulse_correlations::PulseCorrelations;
use super::random_excitation::{self, SEED};
use super::tables::LSP_START;
use super::taming::ErrorBound;
use super::vad::{FrameFeatures, VoiceActivityDetector};
use super::weighting::{Weighting, weighted};
use super::{FRAME, Lpc, Lsp, ORDER, SUBFRAME, Subframe, WINDOW, lsp_quantizer, lsp_roots, open_loop_pitch};
use std::ops::RangeInclusive;

/// Where the present frame begins in the analysis window: 40 samples of it are looked ahead.
const PRESENT: usize = WINDOW - FRAME - SUBFRAME;
/// Most gain of the adaptive codebook where taming is needed, Q14.
const TAME_GAIN: i16 = 15_564;

/// What belongs to Annex B.
#[derive(Debug, Clone, Default)]
struct Silence {
    vad: VoiceActivityDetector,
    dtx: DtxController,
}

/// The encoder of one stream, from 16-bit speech to codewords.
#[derive(Debug, Clone)]
pub struct Analysis {
    high_pass: HighPass,
    speech: [i16; WINDOW],
    levinson: LevinsonDurbin,
    pairs: Lsp,
    quantized_pairs: Lsp,
    lsf_memory: LsfMemory,
    weighting: Weighting,
    excitation: Excitation,
    sharpening: Sharpening,
    gain_predictor: GainPredictor,
    error_bound: ErrorBound,
    silence: Option<Silence>,
    speaking: bool,
    seed: i16,
}

impl Analysis {
    /// After reset; with Annex B silence is left out.
    pub fn new(annex_b: bool) -> Self {
        Self {
            high_pass: HighPass::default(),
            speech: [0; WINDOW],
            levinson: LevinsonDurbin::default(),
            pairs: LSP_START,
            quantized_pairs: LSP_START,
            lsf_memory: LsfMemory::default(),
            weighting: Weighting::default(),
            excitation: Excitation::default(),
            sharpening: Sharpening::default(),
            gain_predictor: GainPredictor::default(),
            error_bound: ErrorBound::default(),
            silence: annex_b.then(Silence::default),
            speaking: true,
            seed: SEED,
        }
    }

    /// Encodes one frame; as speech in any case if `spoken`.
    pub fn encode(&mut self, pcm: &[i16; FRAME], spoken: bool) -> Frame {
        self.speech.copy_within(FRAME.., 0);
        let new = &mut self.speech[WINDOW - FRAME..];
        new.copy_from_slice(pcm);
        self.high_pass.before_encoder(new);
        let correlation = Autocorrelation::new(&self.speech);
        let windowed = correlation.clone().lag_windowed();
        let prediction = self.levinson.solve(&windowed.lags);
        let pairs = lsp_roots::from_predictor(&prediction.lpc).unwrap_or(self.pairs);
        let mut voice = true;
        if let Some(silence) = &mut self.silence {
            let features = FrameFeatures {
                autocorrelation: &windowed,
                lsf: &to_normalized_frequencies(&pairs),
                reflection: prediction.second_reflection,
                speech: &self.speech,
            };
            voice = silence.vad.detect(&features) || spoken;
            silence.dtx.observe(&correlation, voice);
        }
        let frame = if voice { Frame::Speech(self.code_speech(&pairs)) } else { self.code_silence() };
        self.speaking = voice;
        self.weighting.advance();
        self.excitation.advance();
        frame
    }

    /// Speech of a subframe and ten samples before it, through a filter.
    fn residual(&self, at: usize, lpc: &Lpc) -> Subframe {
        let mut out = [0; SUBFRAME];
        let start = PRESENT + at;
        residual(lpc, &self.speech[start - ORDER..start + SUBFRAME], &mut out);
        out
    }

    fn code_speech(&mut self, pairs: &Lsp) -> SpeechIndices {
        self.seed = SEED;
        let (lsp, frequencies) = lsp_quantizer::quantize(&mut self.lsf_memory, &to_frequencies(pairs));
        let quantized = from_frequencies(&frequencies);
        let filters = interpolate(&self.quantized_pairs, &quantized);
        (self.pairs, self.quantized_pairs) = (*pairs, quantized);
        let weights = filters.map(|lpc| weighted(&lpc));
        for (i, at) in [0, SUBFRAME].into_iter().enumerate() {
            let residual = self.residual(at, &filters[i]);
            self.excitation.subframe_mut(at).copy_from_slice(&residual);
            self.weighting.add_residual(at, &residual, &weights[i]);
        }
        let open_loop = open_loop_pitch::estimate(self.weighting.speech());
        let (first_lag, pulses, gains) = self.code_subframe(0, &weights[0], around_open_loop(open_loop));
        let lag = first_lag.code_first();
        let first = SubframeIndices { lag, pulses, gains };
        let (second_lag, pulses, gains) = self.code_subframe(SUBFRAME, &weights[1], around_first(first_lag.whole));
        let second = SubframeIndices { lag: second_lag.code_second(first_lag.whole), pulses, gains };
        SpeechIndices { lsp, parity: parity(lag), subframes: [first, second] }
    }

    /// Searches both codebooks and the gains of a subframe.
    fn code_subframe(&mut self, at: usize, weights: &Lpc, lags: RangeInclusive<i16>) -> (Lag, PulseIndices, u8) {
        let mut response = impulse_response(weights);
        let target = self.weighting.target(self.excitation.subframe(at), weights);
        let backward = backward_filter(&response, &target);
        let lag = adaptive_codebook::search(&mut self.excitation, at, &backward, lags);
        let mut adaptive = [0; SUBFRAME];
        synthesize(weights, self.excitation.subframe(at), &mut adaptive, &[0; ORDER]);
        let mut pitch = PitchGain::new(&target, &adaptive);
        let tame = self.error_bound.is_critical(lag);
        if tame {
            pitch.gain = pitch.gain.min(TAME_GAIN);
        }
        let rest = std::array::from_fn(|i| target[i].saturating_sub(upper(shl(product(adaptive[i], pitch.gain), 1))));
        self.sharpening.apply(&mut response, lag.whole);
        let backward = backward_filter(&response, &rest);
        let pulses = fixed_codebook_search::search(&PulseCorrelations::new(&response, &backward));
        let indices = PulseIndices::new(&pulses);
        let mut code = indices.code();
        let fixed = fixed_codebook_search::filtered(&pulses, &response);
        self.sharpening.apply(&mut code, lag.whole);
        let terms = ErrorTerms::new(&target, &adaptive, &pitch, &fixed);
        let (gain_code, gains) = gain_quantizer::quantize(&mut self.gain_predictor, &code, &terms, tame);
        self.sharpening = Sharpening::new(gains.pitch);
        self.excitation.mix(at, gains.pitch, &code, gains.code);
        self.error_bound.update(lag.whole, gains.pitch);
        self.weighting.set_error(std::array::from_fn(|i| {
            let i = SUBFRAME - ORDER + i;
            let part = upper(shl(product(adaptive[i], gains.pitch), 1));
            target[i].saturating_sub(part.saturating_add(upper(shl(product(fixed[i], gains.code), 2))))
        }));
        (lag, indices, gain_code)
    }

    fn code_silence(&mut self) -> Frame {
        let Some(silence) = &mut self.silence else { return Frame::Untransmitted };
        let mut shared =
            SharedState { levinson: &mut self.levinson, memory: &mut self.lsf_memory, pairs: &self.quantized_pairs };
        let frame = silence.dtx.describe(self.speaking, &mut shared);
        let level = silence.dtx.level();
        let noise = *silence.dtx.noise_pairs();
        for (lag, gain) in random_excitation::generate(&mut self.excitation, level, &mut self.seed) {
            self.error_bound.update(lag, gain);
        }
        let filters = interpolate(&self.quantized_pairs, &noise);
        self.quantized_pairs = noise;
        for (at, lpc) in [0, SUBFRAME].into_iter().zip(&filters) {
            let residual = self.residual(at, lpc);
            let weights = weighted(lpc);
            self.weighting.add_residual(at, &residual, &weights);
            let excitation = self.excitation.subframe(at);
            let error = std::array::from_fn(|i| residual[i].saturating_sub(excitation[i]));
            self.weighting.filter_error(&error, &weights);
        }
        self.sharpening = Sharpening::default();
        frame
    }
}
