//! Pure: the audio codecs.

pub mod dtmf;
pub mod g711;
