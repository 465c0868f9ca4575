//! Pure: the codecs: traits, the closed set of our own, and the door for an embedder's.
//!
//! Audio goes through [`AudioEncoder`] and [`AudioDecoder`] on media threads; which codec that is was chosen before, on
//! the control side: a [`CodecRegistry`] knows what there is, [`negotiation`] finds what two sides have in common,
//! [`CodecManager`] builds it.

pub mod audio;
mod builtin;
mod capability;
mod dispatch;
mod error;
mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod manager;
pub mod negotiation;
mod registry;
mod traits;
mod transcoding;
pub mod video;

pub use audio::g711::{G711Decoder, G711Encoder, Law};
pub(crate) use builtin::remedy;
pub use capability::{AudioCodec, AudioCodecCapability, AudioCodecParams, VideoCodecCapability};
pub use dispatch::{Decoder, Encoder};
pub use error::CodecError;
pub use format::{
    CapabilityList, CodecCapability, CodecName, CodecParameters, Fmtp, H264Parameters, H264Profile, MediaKind,
    OpusParameters, ProfileLevelId,
};
pub use manager::CodecManager;
pub use registry::{CodecFactory, CodecRegistry};
pub use traits::{AudioDecoder, AudioEncoder, CodecFault};
pub use transcoding::{Transcoder, TranscoderCounters};
pub use video::VideoCodec;
