//! Control: the engine: configuration, the supervisor, handles, threads; and the same on virtual time.

mod capabilities;
mod config;
pub(crate) mod contain;
mod events;
mod handle;
pub(crate) mod health;
mod identifiers;
pub(crate) mod joining;
mod listing;
mod media_engine;
#[cfg(feature = "opus")]
mod opus_verbs;
mod pending;
mod plan;
mod random;
mod registry;
mod relay_verbs;
mod request;
mod request_queue;
mod rooms;
mod session_handle;
mod shell;
mod start;
mod supervisor;
mod tap;
mod threads;
pub mod virtual_engine;
mod watchdog;

pub use capabilities::MediaCapabilities;
pub use config::MediaEngineConfig;
pub use events::Events;
pub use handle::MediaHandle;
pub use health::{EngineHealth, ThreadHealth, ThreadState};
pub use listing::{ConferenceSummary, SessionSummary};
pub use media_engine::MediaEngine;
pub use pending::Pending;
pub use plan::Plan;
pub use rooms::Conference;
pub use session_handle::MediaSessionHandle;
pub use supervisor::Supervisor;
pub use tap::Tap;
