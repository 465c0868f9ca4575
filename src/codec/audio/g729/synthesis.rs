//! Real-time: from codewords to speech: the decoder's synthesis with concealment of erased frames and comfort noise,
//! clauses 4.1, 4.4, B.4.4 and B.4.5.

use super::arith::{mac, norm, random, round, shl, short_round};
use super::bitstream::{Frame, SidIndices, SpeechIndices, SubframeIndices};
use super::excitation::Excitation;
use super::filters::{keep_last, synthesize, synthesize_on};
use super::fixed_codebook::{PulseIndices, Sharpening};
use super::gain_codebook::GainDecoder;
use super::high_pass::HighPass;
use super::lag::{LONGEST, Lag, parity};
use super::lsp::{from_frequencies, interpolate};
use super::lsp_codebook::LspDecoder;
use super::post_filter::PostFilter;
use super::random_excitation::{self, SEED};
use super::sid_gain::{Energy, quantize_excitation};
use super::tables::{LSP_START, SID_GAIN};
use super::{FRAME, Lpc, Lsp, ORDER, SUBFRAME, sid_lsf};

/// What arrives for a frame's time; `None` is an erased frame.
pub type Received = Option<Frame>;

/// Comfort noise at the decoder.
#[derive(Debug, Clone)]
struct NoiseSource {
    /// Level of the excitation that is reached, and that of the last descriptor, Q3.
    level: i16,
    wanted: i16,
    pairs: Lsp,
    seed: i16,
}

/// The decoder of one stream, from codewords to 16-bit speech.
#[derive(Debug, Clone)]
pub struct Synthesis {
    lsp: LspDecoder,
    pairs: Lsp,
    excitation: Excitation,
    memory: [i16; ORDER],
    sharpening: Sharpening,
    lag: i16,
    gains: GainDecoder,
    erasure_seed: i16,
    noise: NoiseSource,
    speaking: bool,
    energy: Energy,
    post_filter: PostFilter,
    high_pass: HighPass,
}

impl Default for Synthesis {
    fn default() -> Self {
        // Cosines of frequencies evenly spaced: what noise is made of before there was a descriptor.
        const EVEN: Lsp = [31_441, 27_566, 21_458, 13_612, 4_663, -4_663, -13_612, -21_458, -27_566, -31_441];
        Self {
            lsp: LspDecoder::default(),
            pairs: LSP_START,
            excitation: Excitation::default(),
            memory: [0; ORDER],
            sharpening: Sharpening::default(),
            lag: 60,
            gains: GainDecoder::default(),
            erasure_seed: 21_845,
            noise: NoiseSource { level: 0, wanted: SID_GAIN[0], pairs: EVEN, seed: SEED },
            speaking: true,
            energy: Energy { mantissa: 0, format: 1 },
            post_filter: PostFilter::default(),
            high_pass: HighPass::default(),
        }
    }
}

impl Synthesis {
    /// Whether the last frame was speech, or stood for it.
    pub fn is_speaking(&self) -> bool {
        self.speaking
    }

    /// Decodes one frame.
    pub fn decode(&mut self, received: Received) -> [i16; FRAME] {
        // An erased frame is of the kind of the one before.
        let frame = received.unwrap_or(if self.speaking {
            Frame::Speech(SpeechIndices::default())
        } else {
            Frame::Untransmitted
        });
        let erased = received.is_none();
        let mut speech = [0; FRAME];
        let (lags, filters) = match frame {
            Frame::Speech(indices) => self.speech(&indices, erased, &mut speech),
            Frame::Sid(indices) => self.comfort_noise(Some(&indices), &mut speech),
            Frame::Untransmitted => self.comfort_noise(None, &mut speech),
        };
        if !erased {
            self.measure_excitation();
        }
        self.excitation.advance();
        self.speaking = matches!(frame, Frame::Speech(_));
        let (subframes, _) = speech.as_chunks::<SUBFRAME>();
        let mut out = [0; FRAME];
        for (((out, subframe), filter), lag) in out.as_chunks_mut().0.iter_mut().zip(subframes).zip(&filters).zip(lags)
        {
            *out = self.post_filter.filter(subframe, filter, lag, self.speaking);
        }
        self.high_pass.after_decoder(&mut out);
        out
    }

    fn speech(&mut self, indices: &SpeechIndices, erased: bool, speech: &mut [i16; FRAME]) -> ([i16; 2], [Lpc; 2]) {
        self.noise.seed = SEED;
        let frequencies = if erased { self.lsp.repeat() } else { self.lsp.decode(&indices.lsp) };
        let pairs = from_frequencies(&frequencies);
        let filters = interpolate(&self.pairs, &pairs);
        self.pairs = pairs;
        let mut lags = [0; 2];
        let [first, second] = &indices.subframes;
        let damaged = erased || parity(first.lag) != indices.parity;
        let lag = if damaged { self.repeated_lag() } else { self.known_lag(Lag::of_first(first.lag)) };
        lags[0] = lag.whole;
        self.subframe(0, lag, first, erased, &filters[0], speech);
        let lag = if erased { self.repeated_lag() } else { self.known_lag(Lag::of_second(second.lag, lag.whole)) };
        lags[1] = lag.whole;
        self.subframe(SUBFRAME, lag, second, erased, &filters[1], speech);
        (lags, filters)
    }

    fn known_lag(&mut self, lag: Lag) -> Lag {
        self.lag = lag.whole;
        lag
    }

    /// The last lag, which grows so that no period is repeated too often.
    fn repeated_lag(&mut self) -> Lag {
        let lag = Lag { whole: self.lag, thirds: 0 };
        self.lag = (self.lag + 1).min(LONGEST);
        lag
    }

    fn subframe(
        &mut self,
        at: usize,
        lag: Lag,
        indices: &SubframeIndices,
        erased: bool,
        filter: &Lpc,
        speech: &mut [i16],
    ) {
        self.excitation.interpolate(at, lag);
        let pulses = if erased { self.random_pulses() } else { indices.pulses };
        let mut code = pulses.code();
        self.sharpening.apply(&mut code, lag.whole);
        let gains = if erased { self.gains.fade() } else { self.gains.decode(indices.gains, &code) };
        self.sharpening = Sharpening::new(gains.pitch);
        self.excitation.mix(at, gains.pitch, &code, gains.code);
        self.synthesize(at, filter, speech);
    }

    fn random_pulses(&mut self) -> PulseIndices {
        let positions = (random(&mut self.erasure_seed) & 0x1FFF) as u16;
        PulseIndices { positions, signs: (random(&mut self.erasure_seed) & 0xF) as u8 }
    }

    /// A subframe through the synthesis filter; one that overflows is made again from a quarter of all excitation.
    fn synthesize(&mut self, at: usize, filter: &Lpc, speech: &mut [i16]) {
        let out = &mut speech[at..at + SUBFRAME];
        if synthesize(filter, self.excitation.subframe(at), out, &self.memory) {
            self.excitation.scale_down();
            synthesize_on(filter, self.excitation.subframe(at), out, &mut self.memory);
        } else {
            keep_last(out, &mut self.memory);
        }
    }

    fn comfort_noise(&mut self, sid: Option<&SidIndices>, speech: &mut [i16; FRAME]) -> ([i16; 2], [Lpc; 2]) {
        match sid {
            Some(indices) => {
                self.noise.wanted = SID_GAIN[usize::from(indices.gain & 0x1F)];
                let frequencies = sid_lsf::reconstruct(&mut self.lsp.memory, &indices.lsf);
                self.noise.pairs = from_frequencies(&frequencies);
            }
            // The first descriptor was lost: the level is that of the last frame that arrived.
            None if self.speaking => {
                self.noise.wanted = SID_GAIN[usize::from(quantize_excitation(self.energy).index)];
            }
            None => {}
        }
        self.noise.level = approach(self.noise.level, self.noise.wanted, self.speaking);
        random_excitation::generate(&mut self.excitation, self.noise.level, &mut self.noise.seed);
        let filters = interpolate(&self.pairs, &self.noise.pairs);
        self.pairs = self.noise.pairs;
        for (at, filter) in [0, SUBFRAME].into_iter().zip(&filters) {
            self.synthesize(at, filter, speech);
        }
        self.sharpening = Sharpening::default();
        ([self.lag; 2], filters)
    }

    fn measure_excitation(&mut self) {
        let energy = self.excitation.frame().iter().fold(0, |sum, &x| mac(sum, x, x));
        let count = norm(energy);
        self.energy = Energy { mantissa: round(shl(energy, count)), format: 16 - count };
    }
}

/// Level of comfort noise, which follows the descriptors' smoothly, equation (B.19).
pub fn approach(level: i16, wanted: i16, begins: bool) -> i16 {
    if begins { wanted } else { short_round(level, 28_672).saturating_add(short_round(wanted, 4_096)) }
}
