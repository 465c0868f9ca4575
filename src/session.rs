//! Control: media sessions: what is asked of one, what it tells, what is known of it.

mod address;
mod address_fault;
mod answered;
mod auxiliary;
mod builder;
mod capabilities;
mod conference;
mod custom_codec;
mod direction;
mod event;
mod following;
mod format;
mod format_list;
mod mentioned;
mod negotiated;
mod opus_wish;
mod outward_codec;
mod params;
mod parts;
mod pauses;
mod payload_type;
mod recording;
mod redundancy;
mod registered_codec;
mod relay;
mod relay_state;
mod state;
mod statistics;
mod summary;
mod unplayable;

pub use crate::telemetry::counters::TransportStatistics;
pub(crate) use address::{Own, check_remote, is_near};
pub use address_fault::AddressFault;
pub use answered::{AnsweredFormat, SendCodec};
pub use auxiliary::TelephoneEventFormat;
pub use capabilities::MediaCapabilities;
pub use conference::{
    ConferenceParams, ConferenceQuality, ConferenceStatistics, MemberHealth, MemberParams, MemberRole, Participant,
};
pub use custom_codec::{CodecPair, CustomCodec};
pub use direction::Direction;
pub use event::{EventKind, MediaEvent};
pub use format::AudioFormat;
pub use params::{MediaSessionParams, Transport};
pub use pauses::{ComfortNoiseFormat, DiscontinuousTransmission};
pub use recording::{RecordChannels, RecordParams, Recorded, RecordingEnd};
pub use redundancy::RedundancyFormat;
pub use relay::{RelayFormat, RelayKind, RelayParams};
pub use relay_state::{RelayState, RelayStatistics};
pub use state::MediaSessionState;
pub use statistics::SessionStatistics;
pub use summary::{ConferenceSummary, SessionSummary};
pub use unplayable::Unplayable;
