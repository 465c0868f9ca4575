//! Pure: audio processing stages.

pub mod plc;
