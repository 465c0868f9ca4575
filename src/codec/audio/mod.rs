//! Pure: the audio codecs.

pub mod g711;
