//! media-core: the real-time media engine for PBX nodes.

// The lint wall of .clippy.toml is for real-time modules; they deny it again at their `mod` line below.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

pub mod buffer;
pub mod codec;
pub mod conference;
pub mod engine;
pub mod error;
pub mod integration;
pub mod processing;
pub mod rt;
pub mod rtp;
pub mod session;
pub mod telemetry;
pub mod types;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
pub mod worker;

pub use engine::{MediaEngine, MediaEngineConfig, MediaHandle, MediaSessionHandle};
pub use error::Error;
