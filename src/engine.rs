//! Control: the engine's face: the engine itself, handles to it, its threads; and the same on virtual time.
//!
//! Handles ask, the supervisor carries out: what is asked for travels as a request, what comes back as a
//! [`Pending`].

mod call_verbs;
mod cause_verbs;
mod collection;
mod conference;
mod flight;
mod handle;
mod injection;
mod listing;
mod media_engine;
mod member_verbs;
#[cfg(feature = "opus")]
mod opus_verbs;
mod playback;
mod recording;
mod relay_verbs;
mod running;
mod session_handle;
mod shell;
mod start;
mod tap;
mod threads;
pub mod virtual_engine;
mod watchdog;

pub use crate::config::{MediaEngineConfig, Plan};
pub use crate::control::{Events, Pending, SessionEvents};
pub use crate::session::{
    ConferenceParams, ConferenceStatistics, ConferenceSummary, MediaCapabilities, SessionSummary,
};
pub use crate::telemetry::{EngineHealth, ThreadHealth, ThreadState};
pub use collection::Collection;
pub use conference::Conference;
pub use handle::MediaHandle;
pub use injection::Injection;
pub use media_engine::MediaEngine;
pub use playback::Playback;
pub use recording::Recording;
pub use session_handle::MediaSessionHandle;
pub use tap::Tap;
