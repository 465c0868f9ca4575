//! Pure: conferences: roster on the control side, mixing kernels on the real-time side.

#[cfg(test)]
#[macro_use]
mod tests;

mod bus;
mod kernel;
mod lanes;
mod level;
mod limiter;

pub use bus::{Bus, Share};
pub use level::{apply_gain_ramp, mean_square, over_full_scale, peak};
pub use limiter::Limiter;
