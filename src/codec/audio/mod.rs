//! Pure: the audio codecs.

pub mod comfort_noise;
pub mod g711;
pub mod g722;
pub mod l16;
