//! Control: media sessions: what is asked of one, what it tells, what is known of it.

mod event;
mod format;
mod params;
mod state;
mod statistics;

pub use event::{EventKind, MediaEvent};
pub use format::AudioFormat;
pub use params::{Direction, MediaSessionParams, Transport};
pub use state::MediaSessionState;
pub use statistics::SessionStatistics;
