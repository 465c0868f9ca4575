//! Pure: effects: parametric equalizer, compressor, limiter.
