//! Pure: the audio codecs.

pub mod comfort_noise;
pub mod dtmf;
pub mod g711;
pub mod g722;
pub mod l16;
#[cfg(feature = "opus")]
pub mod opus;
