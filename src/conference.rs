//! Pure: conferences: roster on the control side, mixing kernels on the real-time side.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod bus;
mod kernel;
mod lanes;
mod level;

pub use bus::{Bus, Share};
pub use level::{apply_gain_ramp, mean_square, over_full_scale, peak};
