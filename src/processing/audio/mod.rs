//! Pure: audio processing stages.

pub mod aec;
pub mod agc;
pub mod loudness;
pub mod ns;
pub mod plc;
pub mod time_stretch;
pub mod tone;
pub mod vad;
