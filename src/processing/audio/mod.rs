//! Pure: audio processing stages.
