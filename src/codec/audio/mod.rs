//! Pure: the audio codecs.

pub mod dtmf;
pub mod g711;
pub mod g722;
#[cfg(feature = "opus")]
pub mod opus;
