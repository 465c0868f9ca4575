//! Pure: audio processing stages, effects and format conversion.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

pub mod audio;
pub mod chain;
pub mod effects;
pub(crate) mod finite;
pub mod format;
pub mod stage;

#[cfg(test)]
pub(crate) mod tests;
