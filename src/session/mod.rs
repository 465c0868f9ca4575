//! Control: media sessions: what is asked of one, what it tells, what is known of it.

mod address;
mod answered;
mod auxiliary;
mod builder;
mod custom_codec;
mod event;
mod format;
mod mentioned;
mod outward_codec;
mod params;
mod parts;
mod pauses;
mod redundancy;
mod registered_codec;
mod relay;
mod relay_state;
mod state;
mod statistics;
mod transport_statistics;
mod unplayable;

pub use address::AddressFault;
pub(crate) use address::{Own, check_remote, is_near};
pub use answered::{AnsweredFormat, SendCodec};
pub use auxiliary::TelephoneEventFormat;
pub use custom_codec::{CodecPair, CustomCodec};
pub use event::{EventKind, MediaEvent};
pub use format::AudioFormat;
pub use params::{Direction, MediaSessionParams, Transport};
pub use pauses::{ComfortNoiseFormat, DiscontinuousTransmission};
pub use redundancy::RedundancyFormat;
pub use relay::{RelayFormat, RelayKind, RelayParams};
pub use relay_state::{RelayState, RelayStatistics};
pub use state::MediaSessionState;
pub use statistics::SessionStatistics;
pub use transport_statistics::TransportStatistics;
pub use unplayable::Unplayable;
