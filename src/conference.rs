//! Pure: conferences: roster on the control side, mixing kernels on the real-time side.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod bus;
mod kernel;
mod lanes;
mod level;
mod loudest;
mod partial_sum;
mod speaker;
mod stretch;
mod talk;

pub use bus::{Bus, Share};
pub use level::{apply_gain_ramp, is_digital_silence, mean_square, over_full_scale, peak};
pub use loudest::{ahead, choose, rank};
pub use partial_sum::{Floor, MAX_RANKS, PartialSum, Ranks, RemoteSum};
pub use speaker::{DominantSpeaker, Standing};
pub use talk::Talk;
