//! Pure: audio effects: the parametric [`Equalizer`], the [`Compressor`] and the look-ahead [`PeakLimiter`].
//!
//! Each is built on the control side for one channel at one sample rate, and then called once per block of 10 ms.

#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod biquad;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod compressor;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod equalizer;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod limiter;

pub use compressor::{Compressor, CompressorParams};
pub use equalizer::{Band, Equalizer, EqualizerParams, MAX_BANDS};
pub use limiter::{MAX_LOOK_AHEAD_MS, PeakLimiter};
