//! Pure: the audio codecs.

pub mod dtmf;
