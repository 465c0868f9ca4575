//! Pure: audio processing stages.

pub mod aec;
pub mod agc;
pub mod amd;
pub mod barge_in;
pub(crate) mod fast_math;
pub mod loudness;
#[cfg_attr(not(feature = "neural"), allow(dead_code, unused_imports, reason = "no network has weights"))]
pub(crate) mod network;
pub mod ns;
pub mod plc;
#[cfg(test)]
pub(crate) mod speech_like;
pub mod time_stretch;
pub mod tone;
pub mod vad;
