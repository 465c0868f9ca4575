//! Pure: audio processing stages, effects and format conversion.

pub mod audio;
pub mod effects;
pub mod format;
pub mod stage;
