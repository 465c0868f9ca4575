//! Pure: the codecs: traits, the closed set of our own, and the door for an embedder's.
//!
//! Audio goes through [`AudioEncoder`] and [`AudioDecoder`] on media threads; which codec that is was chosen before, on
//! the control side: a [`CodecRegistry`] knows what there is, [`negotiate`] finds what two sides have in common,
//! [`CodecManager`] builds it.

#[cfg(not(feature = "internals"))]
pub(crate) mod audio;
#[cfg(feature = "internals")]
pub mod audio;
mod builtin;
mod capability;
mod dispatch;
mod error;
mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod manager;
#[cfg(not(feature = "internals"))]
pub(crate) mod negotiation;
#[cfg(feature = "internals")]
pub mod negotiation;
mod registry;
mod traits;
mod transcoding;
#[cfg(not(feature = "internals"))]
pub(crate) mod video;
#[cfg(feature = "internals")]
pub mod video;

pub use audio::dtmf::{Digit, DigitFault, DigitString, EventFault, TelephoneEvent};
pub use audio::g711::{G711Decoder, G711Encoder, Law};
pub use audio::g722::{G722Decoder, G722Encoder, G722Mode};
pub use audio::g729::{G729Decoder, G729Encoder};
pub use audio::l16::{L16Decoder, L16Encoder};
#[cfg(feature = "opus")]
pub use audio::opus::{
    OpusApplication, OpusBandwidth, OpusBitrate, OpusDecoder, OpusEncoder, OpusSettings, libopus_version,
};
pub(crate) use builtin::remedy;
pub use capability::{AudioCodec, AudioCodecCapability, AudioCodecParams, VideoCodecCapability};
pub(crate) use dispatch::EncoderKind;
pub use dispatch::{Decoder, Encoder};
pub use error::CodecError;
pub use format::{
    CapabilityList, CodecCapability, CodecName, CodecParameters, Fmtp, H264Parameters, H264Profile, MediaKind,
    OpusParameters, ProfileLevelId,
};
pub use manager::CodecManager;
pub use negotiation::{
    CodecNegotiationResult, EventSet, ListFault, NegotiatedCodec, NegotiatedEvents, NegotiatedNoise,
    NegotiatedRedundancy, NegotiationError, NegotiationRules, Note, OpusFmtp, PayloadTypes, Preference, Refusal,
    RefusalReason, Role, negotiate,
};
pub use registry::{CodecFactory, CodecRegistry};
pub use traits::{AudioDecoder, AudioEncoder, CodecFault};
pub use transcoding::{Transcoder, TranscoderCounters};
pub use video::VideoCodec;
pub use video::h264::{
    AccessUnit, H264Counters, H264Depacketizer, H264Packet, H264Packetizer, H264Packets, NalUnits, annex_b,
    has_parameter_sets, is_key_frame,
};
