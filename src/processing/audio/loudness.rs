//! Pure: loudness after ITU-R BS.1770-4 and EBU R 128: the [`LoudnessMeter`] for the tick, and its [`KWeighting`].

mod histogram;
mod k_weighting;
mod meter;

pub use k_weighting::{KWeighting, loudness, power};
pub use meter::LoudnessMeter;
