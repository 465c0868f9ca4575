//! Pure: media formats as SDP states them: encoding names, `rtpmap` and `fmtp`, and what the parameters of a codec mean.

mod capabilities;
mod fmtp;
mod parameters;
mod profile;

pub use crate::types::{CodecName, MediaKind};
pub use capabilities::{CapabilityList, CodecCapability};
pub use fmtp::Fmtp;
pub use parameters::{CodecParameters, H264Parameters, OpusParameters};
pub use profile::{H264Profile, ProfileLevelId};

#[cfg(test)]
mod tests;
