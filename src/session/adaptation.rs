//! Control: whether a session follows what its peer reports.

use crate::quality::AdaptationProfile;
use crate::types::setters;

/// How a session follows what its peer's RTCP reports.
///
/// What can be changed within what was negotiated (how Opus works, redundancy, pauses) is changed where [`apply`](Self::apply) says so. A packet
/// time, another codec, another jitter buffer are proposed only: by the event [`EventKind::Adaptation`](crate::EventKind::Adaptation), as all of
/// it where it is not to be applied.
///
/// ```
/// use media_core::quality::AdaptationProfile;
/// use media_core::{AdaptationParams, AudioFormat, MediaSessionParams};
///
/// let adaptation = AdaptationParams::default().profile(AdaptationProfile::Aggressive);
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).adaptation(adaptation);
/// assert_eq!(params.adaptation.map(|adaptation| adaptation.apply), Some(true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct AdaptationParams {
    /// How soon and how far.
    pub profile: AdaptationProfile,
    /// Carry out what can be; else everything is proposed only. Default `true`.
    pub apply: bool,
    /// Redundancy (RFC 2198) follows what the peer loses: none on a good network, and up to the
    /// [`level`](crate::session::RedundancyFormat::level) that was negotiated on a bad one. It begins with that level. Default `false`: always that.
    pub redundancy: bool,
    /// Discontinuous transmission begins while the link is full, where comfort noise or the codec's own was negotiated, and ends
    /// when it is good again. Default `false`.
    pub dtx: bool,
}

impl Default for AdaptationParams {
    fn default() -> Self {
        Self { profile: AdaptationProfile::Balanced, apply: true, redundancy: false, dtx: false }
    }
}

setters! { AdaptationParams { profile: AdaptationProfile, apply: bool, redundancy: bool, dtx: bool } }
