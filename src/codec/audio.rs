//! Pure: the audio codecs.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

pub mod comfort_noise;
pub mod dtmf;
pub mod g711;
pub mod g722;
pub mod g729;
pub mod l16;
#[cfg(feature = "opus")]
pub mod opus;
