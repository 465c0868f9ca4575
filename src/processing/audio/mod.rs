//! Pure: audio processing stages.

pub mod plc;
pub mod time_stretch;
