//! Control: media sessions: what is asked of one, what it tells, what is known of it.

mod auxiliary;
mod custom_codec;
mod event;
mod format;
mod params;
mod redundancy;
mod registered_codec;
mod state;
mod statistics;
mod transport_statistics;

pub use auxiliary::TelephoneEventFormat;
pub use custom_codec::{CodecPair, CustomCodec};
pub use event::{EventKind, MediaEvent};
pub use format::AudioFormat;
pub use params::{Direction, MediaSessionParams, Transport};
pub use redundancy::RedundancyFormat;
pub use state::MediaSessionState;
pub use statistics::SessionStatistics;
pub use transport_statistics::TransportStatistics;
