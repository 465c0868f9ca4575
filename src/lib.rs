//! Control: media-core, the media half of a PBX node as a synchronous real-time engine.
//!
//! Encoded packets come in, frames go through fixed phases in one direction, packets go out, once a tick; everything else
//! (planning, allocating, freeing, reporting) happens on ordinary threads and only meets the tick at its boundary.
//!
//! [`MediaEngine::start`] starts the threads, [`MediaEngine::handle`] gives the [`MediaHandle`] through which any thread
//! creates sessions ([`MediaHandle::create_media_session`]), connects them ([`MediaHandle::bridge`],
//! [`MediaHandle::create_conference`]) and listens ([`MediaHandle::subscribe`]). The README has examples.
//!
//! Each module says on which side it lives: [`worker`], [`buffer`], [`conference`] and [`codec`] run in the tick,
//! [`engine`], [`session`] and [`telemetry`] beside it, [`integration`] and [`rt`] between.
//!
#![doc = include_str!("names.md")]
// Under RealtimeSanitizer (tools/sanitize realtime) a tick may call nothing that blocks.
#![cfg_attr(realtime_sanitizer, feature(sanitize))]
// The lint wall of .clippy.toml is for real-time modules; the head of their folder denies it again.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

pub mod buffer;
pub mod codec;
pub mod conference;
pub(crate) mod config;
pub(crate) mod control;
pub mod engine;
pub mod error;
pub mod integration;
pub mod processing;
pub mod rt;
pub mod rtp;
pub mod session;
pub mod telemetry;
pub mod transport;
pub mod types;
pub mod worker;

pub use engine::{MediaEngine, MediaEngineConfig, MediaHandle, MediaSessionHandle};
pub use error::Error;

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
