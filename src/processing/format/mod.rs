//! Pure: conversion between sample formats, channel counts and sample rates.

pub mod bit_depth;
mod error;
pub mod resampler;

pub use error::{FormatError, FormatFault};
pub use resampler::Resampler;
