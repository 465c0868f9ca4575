//! Pure: the audio codecs.
