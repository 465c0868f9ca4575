//! Pure: conversion between sample formats, channel counts and sample rates.
//!
//! [`FormatConverter`] chains the three: octets of a [`SampleFormat`](bit_depth::SampleFormat) → planar f32 →
//! [`ChannelMixer`] → [`Resampler`] (or the resampler first, where that is less work) → octets. Between the engine's own
//! rates the [`Resampler`] serves; where two clocks drift, or a rate is foreign, the [`DriftingResampler`]. Constructors
//! are the control side's and allocate; everything that converts is real-time safe.

pub mod bit_depth;
mod channel_mixer;
mod converter;
mod drifting_resampler;
mod error;
mod resampler;

pub use channel_mixer::{ChannelMixer, MAX_CHANNELS};
pub use converter::{FormatConverter, PcmFormat};
pub use drifting_resampler::{DriftingResampler, FixedSide, MAX_DRIFT_PPM};
pub use error::{FormatError, FormatFault};
pub use resampler::Resampler;
