//! Pure: loudness after ITU-R BS.1770-4 and EBU R 128.

#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod k_weighting;

pub use k_weighting::{KWeighting, loudness, power};
