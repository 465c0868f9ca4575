//! Pure: audio effects: the parametric [`Equalizer`], the [`Compressor`] and the look-ahead [`PeakLimiter`].
//!
//! Each is built on the control side for one channel at one sample rate, and then called once per block of 10 ms.

pub mod biquad;
mod block_limiter;
mod compressor;
mod equalizer;
mod limiter;

pub use block_limiter::BlockLimiter;
pub use compressor::{Compressor, CompressorParams};
pub use equalizer::{Band, Equalizer, EqualizerParams, MAX_BANDS};
pub use limiter::{MAX_LOOK_AHEAD_MS, PeakLimiter};
