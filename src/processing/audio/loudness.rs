//! Pure: loudness after ITU-R BS.1770-4 and EBU R 128: the [`LoudnessMeter`] for the tick, and its [`KWeighting`].

#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod histogram;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod k_weighting;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod meter;

pub use k_weighting::{KWeighting, loudness, power};
pub use meter::LoudnessMeter;
