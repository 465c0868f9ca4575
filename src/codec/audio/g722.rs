//! Pure: ITU-T G.722, 7 kHz audio at 64, 56 and 48 kbit/s, bit-exact.
//!
//! Two bands of 4 kHz, split and joined by quadrature mirror filters (`qmf`), are coded as ADPCM with backward
//! adaptation: 6, 5 or 4 bits for the lower band, 2 for the higher. One octet holds two samples at 16 kHz, higher band
//! in the two most significant bits (clause 1.4.4), so the octet rate is 8,000/s in each mode; in the modes of 56 and
//! 48 kbit/s the last one or two bits belong to an auxiliary data channel. RTP (RFC 3551 clause 4.5.2) sends the
//! 64 kbit/s octets under payload type 9 with a clock of 8,000 Hz, though sampling is at 16,000 Hz.
//!
//! Data flow of the encoder: [`G722Encoder`] → transmit filter → [`SubBandEncoder`] (block 1 quantizer → block 2
//! inverse quantizer → block 3 scale factor → block 4 predictor) → octet. Of the decoder: octet → [`SubBandDecoder`]
//! (blocks 5, 6 reconstruct for the mode; 2, 3, 4 adapt as in the encoder) → receive filter → [`G722Decoder`].
//! Block names are the Recommendation's (clause 6.2).
//!
//! The coders are built by the control side and run in the tick: fixed state, no allocation. Sampling at 16 kHz; frames of
//! any even number of samples, one octet for two. Algorithmic delay of both filters together: 22 samples (1.375 ms).
//! Source: ITU-T G.722 (09/2012), clauses 3 to 6. Licence: free, the patents have expired.

mod band;
mod decoder;
mod encoder;
mod inverse_quantizer;
mod lanes;
mod mode;
mod predictor;
mod qmf;
mod quantizer;
mod saturation;
mod scale_factor;
mod sub_band;

pub use decoder::G722Decoder;
pub use encoder::G722Encoder;
pub use mode::G722Mode;
pub use sub_band::{SubBandDecoder, SubBandEncoder};

#[cfg(test)]
mod tests;
