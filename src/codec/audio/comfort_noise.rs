//! Pure: comfort noise (RFC 3389): the payload, its analysis from background noise and its generation.
//!
//! A sender in discontinuous transmission feeds blocks without speech to a [`ComfortNoiseAnalyzer`], whose
//! [`ComfortNoise`] description goes out as a payload (payload type 13 at 8 kHz, dynamic elsewhere). A receiver parses it
//! and gives it to a [`ComfortNoiseGenerator`], which fills the gaps. Nothing here allocates.
//!
//! Any sample rate, blocks of any length; no algorithmic delay. Licence: free.
//!
//! Sign of the reflection coefficients: k_i is the last coefficient of the i-th order prediction-error filter
//! `A(z) = 1 + a_1 z^-1 + ...`, so noise with a low-pass spectrum has a negative k_1 (as in G.711 Appendix II and WebRTC).

mod analyzer;
mod generator;
mod lpc;
mod payload;

pub use analyzer::ComfortNoiseAnalyzer;
pub use generator::ComfortNoiseGenerator;
pub use lpc::MAX_ORDER;
pub use payload::ComfortNoise;

#[cfg(test)]
mod tests;
