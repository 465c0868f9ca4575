//! Pure: audio processing stages, effects and format conversion.

pub mod audio;
pub mod chain;
pub mod effects;
pub(crate) mod finite;
pub mod format;
pub mod stage;
