//! Pure: audio processing stages and format conversion.

pub mod audio;
pub mod format;
