//! Pure: ITU-T G.729 Annexes A and B, 8 kbit/s speech at 8 kHz with silence compression, bit-exact.
//!
//! Conjugate-structure algebraic code-excited linear prediction in frames of 10 ms: 80 bits for a spectrum (`lsp_*`), and
//! for each half a pitch lag (`adaptive_codebook`), four pulses (`fixed_codebook`) and two gains (`gain_*`). The encoder
//! (`analysis`) finds them by trying what the decoder would make of them; the decoder (`synthesis`) makes speech of them
//! and smooths it (`post_filter`). With Annex B the encoder leaves silence out (`vad`, `dtx`) but for descriptors of 15 bits (`sid_*`), and
//! both sides make the same noise of them (`random_excitation`).
//!
//! In RTP (RFC 3551 section 4.5.6, static payload type 18, clock 8,000 Hz) a packet holds frames of 10 octets and at most
//! one descriptor of 2 octets behind them; whether Annex B may be used is negotiated by `annexb` (RFC 4856 section 2.1.9).
//!
//! The coders are built by the control side and run in the tick: fixed state, no allocation. Algorithmic delay 15 ms: the
//! frame and 5 ms of it looked ahead.
//!
//! Source: ITU-T G.729 (01/2007), clauses 3, 4, Annexes A and B, and its tables. What the prose leaves open of the
//! arithmetic (number formats, rounding, order of saturation) was taken from the standard's reference software as facts,
//! in words: `g729/arithmetic.md`. Those notes were written first, and the code from them and the
//! Recommendation, but by one and the same author, who had read that software: this is no clean-room work by two parties.
//! Neither the ITU's nor anybody else's code is transcribed; structure and names are our own.
//!
//! Licence: that of this library. Patents: those of the G.729 pool expired for the most part by the end of 2016; its
//! licensors made the rest royalty-free from 1 January 2017.

mod adaptive_codebook;
mod analysis;
mod arith;
mod autocorrelation;
mod backward_filter;
mod bitstream;
mod decoder;
mod dtx;
mod encoder;
mod excitation;
mod filters;
mod fixed_codebook;
mod fixed_codebook_search;
mod functions;
mod gain_codebook;
mod gain_quantizer;
mod high_pass;
mod inner_product;
mod lag;
mod levinson;
mod lsf_memory;
mod lsp;
mod lsp_codebook;
mod lsp_quantizer;
mod lsp_roots;
mod noise_spectrum;
mod open_loop_pitch;
mod post_filter;
mod pulse_correlations;
mod random_excitation;
mod sid_gain;
mod sid_lsf;
mod synthesis;
mod tables;
mod taming;
mod vad;
mod vad_boundaries;
mod vad_minimum;
mod weighting;

pub use bitstream::{Frame, SID_OCTETS, SPEECH_OCTETS, SidIndices, SpeechIndices};
pub use decoder::G729Decoder;
pub use encoder::G729Encoder;

/// Samples of a frame, 10 ms.
pub const FRAME: usize = 80;
/// Samples of a subframe.
const SUBFRAME: usize = FRAME / 2;
/// Order of the linear prediction.
const ORDER: usize = 10;
/// Samples that the encoder looks ahead.
const LOOKAHEAD: usize = 40;
/// Samples of the analysis window.
const WINDOW: usize = 240;
/// Lags of the autocorrelation.
const LAGS: usize = 13;

/// Coefficients of A(z), the first of them 1, Q12.
type Lpc = [i16; ORDER + 1];
/// Line spectral pairs, Q15.
type Lsp = [i16; ORDER];
/// Line spectral frequencies, Q13 unless stated.
type Lsf = [i16; ORDER];
/// Samples of a subframe.
type Subframe = [i16; SUBFRAME];

#[cfg(test)]
mod tests;
