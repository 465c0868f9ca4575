//! Pure: media formats as SDP states them: encoding names, `rtpmap` and `fmtp`, and what the parameters of a codec mean.

mod capabilities;
mod codec_name;
mod fmtp;
mod parameters;
mod profile;

pub use capabilities::{CapabilityList, CodecCapability};
pub use codec_name::{CodecName, MediaKind};
pub use fmtp::Fmtp;
pub use parameters::{CodecParameters, H264Parameters, OpusParameters};
pub use profile::{H264Profile, ProfileLevelId};

#[cfg(test)]
mod tests;
