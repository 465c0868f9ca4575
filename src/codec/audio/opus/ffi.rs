//! Pure: the libopus that is called: one of two, never both, as the names of their symbols are the same.
//!
//! Feature `opus-dred` takes libopus 1.6 of opusic-sys. audiopus, which comes with feature `opus`, is then compiled, as cargo's
//! features only add, but nothing names it: rustc links no crate that is not named. `rt-tests/one_libopus.rs` looks.

#[cfg(not(feature = "opus-dred"))]
pub use audiopus::ffi::*;
#[cfg(feature = "opus-dred")]
pub use opusic_sys::*;
