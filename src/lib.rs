//! Control: media-core, the media half of a PBX node as a synchronous real-time engine.
//!
//! Encoded packets come in, frames go through fixed phases in one direction, packets go out, once a tick; everything else
//! (planning, allocating, freeing, reporting) happens on ordinary threads and only meets the tick at its boundary.
//!
//! [`MediaEngine::start`] starts the threads, [`MediaEngine::handle`] gives the [`MediaHandle`] through which any thread
//! creates sessions ([`MediaHandle::create_media_session`]), connects them ([`MediaHandle::bridge`],
//! [`MediaHandle::create_conference`]) and listens ([`MediaHandle::subscribe`]). The README has examples.
//!
//! Each module says on which side it lives: [`codec`] and [`processing`] run in the tick, [`engine`], [`session`] and
//! [`telemetry`] beside it, [`integration`] between.
//!
#![doc = include_str!("names.md")]
// Under RealtimeSanitizer (tools/sanitize realtime) a tick may call nothing that blocks.
#![cfg_attr(realtime_sanitizer, feature(sanitize))]
// The lint wall of .clippy.toml is for real-time modules; the head of their folder denies it again.
// Behind a private door much is reached by our own tests and tools alone.
#![cfg_attr(not(feature = "internals"), allow(dead_code, unused_imports))]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

// What an embedder meets lies in public modules, and the most of it at the root. The rest is private, but for our own tests,
// benches and tools (feature `internals`), and promises nothing.
#[cfg(not(feature = "internals"))]
mod buffer;
#[cfg(feature = "internals")]
pub mod buffer;
pub mod codec;
#[cfg(not(feature = "internals"))]
mod conference;
#[cfg(feature = "internals")]
pub mod conference;
mod config;
mod control;
pub mod engine;
pub mod error;
pub mod integration;
pub mod processing;
#[cfg(not(feature = "internals"))]
mod rt;
#[cfg(feature = "internals")]
pub mod rt;
pub mod rtp;
pub mod session;
pub mod telemetry;
#[cfg(not(feature = "internals"))]
mod transport;
#[cfg(feature = "internals")]
pub mod transport;
pub mod types;
#[cfg(not(feature = "internals"))]
mod worker;
#[cfg(feature = "internals")]
pub mod worker;

pub use buffer::{JitterConfig, JitterConfigError, JitterPlan, JitterStrategy};
pub use codec::{AudioDecoder, AudioEncoder, CodecManager, CodecRegistry};
pub use engine::virtual_engine::VirtualEngine;
pub use engine::{
    Conference, Events, MediaCapabilities, MediaEngine, MediaEngineConfig, MediaHandle, MediaSessionHandle, Pending,
    Tap,
};
pub use error::{ConferenceError, ConfigError, Connection, EngineError, Error, IoError, SessionError};
pub use integration::{
    KeepAlive, KeepAliveKind, LatchMode, RtcpDatagram, RtcpReader, RtpBridge, RtpBridgeError, TransportAdvice,
};
pub use processing::chain::{ProcessingMetrics, ProcessingParams};
pub use rt::os::{Privilege, Privileges};
pub use rt::shed::{ShedLevel, ShedStep};
pub use session::{
    AudioFormat, ComfortNoiseFormat, CustomCodec, Direction, DiscontinuousTransmission, EventKind, MediaEvent,
    MediaSessionParams, MediaSessionState, RedundancyFormat, RelayFormat, RelayParams, RelayState, RelayStatistics,
    SendCodec, SessionStatistics, TelephoneEventFormat, Transport, TransportStatistics, Unplayable,
};
pub use telemetry::snapshot::Snapshot;
pub use telemetry::{EngineHealth, ThreadHealth, ThreadState};
pub use types::{
    ConferenceId, Decibels, DialogId, EngineThread, Gain, MediaTime, PortId, Ptime, SampleRate, SessionId, StreamId,
    WorkerId,
};
pub use worker::{PcmReader, PcmWriter};

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
