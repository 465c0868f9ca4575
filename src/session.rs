//! Control: media sessions: what is asked of one, what it tells, what is known of it.

mod adaptation;
mod address;
mod address_fault;
mod answered;
mod auxiliary;
mod builder;
mod capabilities;
mod collect;
mod collected;
mod conference;
mod custom_codec;
mod direction;
mod event;
mod following;
mod format;
mod format_list;
#[cfg(feature = "dtls")]
mod handshake;
mod inject;
mod mentioned;
mod monitor;
mod negotiated;
#[cfg(not(feature = "dtls"))]
mod no_handshake;
mod opus_wish;
mod outward_codec;
mod params;
mod parts;
mod pauses;
mod payload_type;
#[cfg(feature = "srtp")]
mod protected;
#[cfg(feature = "srtp")]
mod protection;
mod quality_summary;
mod receive_path;
mod recording;
mod redundancy;
mod registered_codec;
mod relay;
mod relay_state;
mod rtcp_statistics;
mod silence;
mod state;
mod statistics;
mod summary;
mod tap_source;
mod unplayable;
#[cfg(not(feature = "srtp"))]
mod unprotected;

pub use crate::telemetry::counters::TransportStatistics;
pub use adaptation::AdaptationParams;
pub(crate) use address::{Own, check_remote, is_near};
pub use address_fault::AddressFault;
pub use answered::{AnsweredFormat, SendCodec};
pub use auxiliary::TelephoneEventFormat;
pub use capabilities::MediaCapabilities;
pub use collect::CollectParams;
pub use collected::{CollectEnd, CollectedDigits, CollectionId};
pub use conference::{
    ConferenceParams, ConferenceQuality, ConferenceStatistics, MemberHealth, MemberParams, MemberRole, Participant,
};
pub use custom_codec::{CodecPair, CustomCodec};
pub use direction::Direction;
pub use event::{EventKind, MediaEvent};
pub use format::AudioFormat;
pub use inject::{InjectParams, InjectPoint};
pub use monitor::MonitorMode;
pub use params::{MediaSessionParams, Transport};
pub use pauses::{ComfortNoiseFormat, DiscontinuousTransmission};
#[cfg(feature = "srtp")]
pub(crate) use protected::SpentKeys;
#[cfg(feature = "dtls")]
pub use protection::{
    CertificateError, DtlsCertificate, DtlsFingerprint, DtlsParams, DtlsRole, HandshakeFault, IceCredentials, IceParams,
};
#[cfg(feature = "srtp")]
pub use protection::{SrtpKey, SrtpKeyError, SrtpParams, SrtpSuite};
pub use quality_summary::QualitySummary;
pub use recording::{RecordChannels, RecordParams, Recorded, RecordingEnd};
pub use redundancy::RedundancyFormat;
pub use relay::{RelayFormat, RelayKind, RelayParams};
pub use relay_state::{RelayState, RelayStatistics};
pub use rtcp_statistics::{ReceptionReport, RemoteReport, RtcpStatistics, TransportReport};
pub use silence::SilenceParams;
pub use state::MediaSessionState;
pub use statistics::SessionStatistics;
pub use summary::{ConferenceSummary, SessionSummary};
pub use tap_source::TapSource;
pub use unplayable::Unplayable;
#[cfg(not(feature = "srtp"))]
pub(crate) use unprotected::SpentKeys;
