//! Control: media-core, the media half of a PBX node as a synchronous real-time engine.
//!
//! Encoded packets come in, frames pass through fixed phases in one direction, and packets go out, once a tick. The media
//! threads that do this neither allocate, free, lock nor wait. Signalling stays outside and speaks to the engine through a
//! handle, from any thread.
//!
//! ```
//! use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
//!
//! // MediaEngine::start runs the same on threads and sockets; here time is virtual, and `complete` stands for `wait`.
//! let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
//! let handle = engine.handle();
//! let a = handle.create_media_session("dialog-a", MediaSessionParams::new(AudioFormat::pcmu()));
//! let a = engine.complete(a)?;
//! let b = handle.create_media_session("dialog-b", MediaSessionParams::new(AudioFormat::pcma()));
//! let b = engine.complete(b)?;
//! engine.complete(handle.bridge(&a, &b))?;
//! assert!(a.local_address().is_some() && a.local_address() != b.local_address()); // for the SDP
//! let ended = engine.complete(a.destroy())?;
//! assert_eq!(ended.packets_in, 0); // nobody spoke
//! # Ok::<(), media_core::Error>(())
//! ```
//!
//! ```text
//!  any thread            supervisor (ordinary thread)         worker k (pinned media thread, SCHED_FIFO)         I/O thread (mio)
//!  MediaHandle ─request─▶ Supervisor ══Order══════════▶ Dock ─┐  tick n
//!   (Clone+Send+Sync)     validates, places, allocates,       │   0 orders   apply at the boundary
//!                         compiles routes                     │   1 intake   RTP in → jitter buffers       ◀══ RtpIn ══  recv
//!  subscriber ◀──event─── frees, reports     ◀══Receipt══════ ┤   2 decode   packet → frame | conceal
//!                         ▲      ▲                            │   3 process  AEC NS AGC VAD DTMF …
//!                         │      └──── Lane<Event> ────────── │   4 mix      sum each output's sources
//!  latency tool ◀─ stats socket / .hlog   Gauges (atomics) ── │   5 encode   frame → payload
//!                                                             └   6 emit     packets out                  ══ RtpOut ══▶  send
//! ```
//!
//! Where to go from here: [`MediaHandle`] is what can be asked of the engine, [`Conference`] what can be asked of a room,
//! [`VirtualEngine`] runs tests of your own, and [`names`] maps the names of the design document to ours.
//!
//! # Glossary
//!
//! | word | here |
//! |---|---|
//! | session | what an embedder creates, changes and destroys; it belongs to one dialog and has one leg |
//! | dialog | a call leg of the signalling layer, under a name that this layer chooses |
//! | leg | a session's place in a worker: its jitter buffer, codecs, chain of stages and output |
//! | party | whoever is at the far end of a session; in tests, a phone on the virtual network ([`Party`](engine::virtual_engine::Party)) |
//! | inward, outward | from the party to the engine; from the engine to the party |
//! | worker | a media thread: pinned, it runs ticks |
//! | supervisor | the ordinary thread that checks requests, allocates, gives orders and frees |
//! | tick | one run of a worker through its phases, every 10 or 20 ms |
//! | block | 10 ms of audio, the step in which samples are processed |
//! | frame | the samples of a leg in one block |
//! | ptime | packet time: how long the audio of one packet lasts; outward a whole number of blocks |
//! | order | what the supervisor tells a worker or a port to do; a worker applies it at the start of a tick |
//! | receipt | the answer to an order: its outcome, and what it replaced |
//! | fact | what a worker reports unasked, and posts again until it is taken: a digit, a fault, a state |
//! | notice | what a worker reports unasked and may lose in a full queue: a level |
//! | event | what the supervisor makes of facts and notices for subscribers |
//! | parcel | heap memory that visits a worker; only the control side frees it |
//! | lane | a queue of plain data between two threads; posting never waits, and what finds no room is counted |
//! | shuttle | the road of orders out and receipts home; its ends are the depot (supervisor) and the dock (worker) |
//! | port | what moves packets between network and workers: an I/O thread, or an `RtpBridge`; a UDP port where addresses are meant |
//! | binding | a session's entry at a port: which leg of which worker gets its packets |
//! | misrouted | packets that reach a worker which their leg has left; it sends them on |
//! | route, term | the list of what an output hears; one entry of that list |
//! | relay | a stream of a session that passes outside the tick, such as video |
//! | room | a conference: each member hears the sum of the others (mix-minus) |
//! | member, role | a session in a room; who hears it: everybody (speak), nobody (listen), or some (whisper) |
//! | bus | the sum of a room's members, block by block |
//! | monitor | a session that hears a bridged call, and is heard by nobody (listen), one party (whisper) or both (barge) |
//! | tap | a copy of what a session's party says, hears, or both |
//! | latch | to learn a peer's address from its packets (symmetric RTP) |
//! | hold | no media taken (inward) or sent (outward) for a while; RTP time goes on |
//! | pause, DTX | silence that is not sent, or is sent as comfort noise (discontinuous transmission) |
//! | concealment | audio made up for packets that are lost or late |
//! | shed | to give up quality, step by step, before ticks run late |
// Under RealtimeSanitizer (tools/sanitize realtime) a tick may call nothing that blocks.
#![cfg_attr(realtime_sanitizer, feature(sanitize))]
// Much of a private module is reached by our own tests and tools alone.
#![cfg_attr(not(feature = "internals"), allow(dead_code, unused_imports))]
// The lint wall of .clippy.toml is for real-time modules; the head of their folder denies it again.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

// What an embedder meets lies in public modules, and the most of it at the root. The rest is private, but for our own tests,
// benches and tools (feature `internals`), and promises nothing.
mod agent_port;
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
mod flight;
pub mod integration;
mod playback;
pub mod processing;
pub mod quality;
mod recorder;
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

#[cfg(doc)]
#[doc = include_str!("names.md")]
pub mod names {}

pub use agent_port::{
    AgentBlock, AgentEvent, AgentEventKind, AgentEvents, AgentParams, AgentPort, AgentPosition, AgentReader,
    AgentStatistics, AgentWriteError, AgentWriter, DryCause, InterruptCause,
};
pub use buffer::{JitterConfig, JitterConfigError, JitterPlan, JitterStrategy};
pub use codec::{AudioDecoder, AudioEncoder, CodecManager, CodecRegistry};
pub use config::GlitchFlights;
pub use engine::virtual_engine::VirtualEngine;
pub use engine::{
    Collection, Conference, Events, Injection, MediaCapabilities, MediaEngine, MediaEngineConfig, MediaHandle,
    MediaSessionHandle, Pending, Playback, Recording, SessionEvents, Tap,
};
pub use error::{
    CollectError, ConferenceError, ConfigError, Connection, EngineError, Error, FlightError, IoError, PlaybackError,
    RecordError, SessionError,
};
pub use flight::{
    Difference, FlightFile, FlightReport, Replay, ReplayParams, ReplayedLeg, ReplayedOrder, ReplayedPacket,
    UnknownOrder,
};
pub use integration::{
    KeepAlive, KeepAliveKind, LatchMode, RtcpDatagram, RtcpParams, RtcpReader, RtpBridge, RtpBridgeError,
    TransportAdvice,
};
pub use playback::{
    CallTone, InjectionId, PlaybackEnd, PlaybackFault, PlaybackId, PlaybackReport, Prompt, PromptPart, ToneCadence,
    TonePlan,
};
pub use processing::chain::{ProcessingMetrics, ProcessingParams};
pub use rt::os::{Privilege, Privileges};
pub use rt::shed::{ShedLevel, ShedStep};
pub use session::{
    AdaptationParams, AudioFormat, CollectEnd, CollectParams, CollectedDigits, CollectionId, ComfortNoiseFormat,
    ConferenceParams, ConferenceQuality, ConferenceStatistics, CustomCodec, Direction, DiscontinuousTransmission,
    EventKind, InjectParams, InjectPoint, MediaEvent, MediaSessionParams, MediaSessionState, MemberHealth,
    MemberParams, MemberRole, MonitorMode, Participant, QualitySummary, ReceptionReport, RecordChannels, RecordParams,
    Recorded, RecordingEnd, RedundancyFormat, RelayFormat, RelayParams, RelayState, RelayStatistics, RemoteReport,
    RtcpStatistics, SendCodec, SessionStatistics, SilenceParams, TapSource, TelephoneEventFormat, Transport,
    TransportReport, TransportStatistics, Unplayable,
};
#[cfg(feature = "dtls")]
pub use session::{
    CertificateError, DtlsCertificate, DtlsFingerprint, DtlsParams, DtlsRole, HandshakeFault, IceCredentials, IceParams,
};
#[cfg(feature = "srtp")]
pub use session::{SrtpKey, SrtpKeyError, SrtpParams, SrtpSuite};
pub use telemetry::snapshot::Snapshot;
pub use telemetry::{EngineHealth, ThreadHealth, ThreadState, Why};
pub use types::{
    ConferenceId, Decibels, DialogId, EngineThread, Gain, MediaTime, Mixing, PcmTime, PortId, Ptime, RecordingId,
    SampleRate, SessionId, StreamId, WorkerId,
};
pub use worker::{PcmReader, PcmWriter};

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
