//! Control: what a session adapts by.

#[cfg(feature = "opus")]
use crate::codec::audio::opus::OpusSettings;
use crate::quality::{Adaptation, AdaptationProfile};
use crate::session::DiscontinuousTransmission;

/// What a session adapts by.
#[derive(Debug)]
pub(crate) struct SessionAdaptation {
    pub(crate) profile: AdaptationProfile,
    pub(crate) strategy: Adaptation,
    /// The redundancy that was negotiated, and the level as it was adapted last.
    pub(crate) redundancy: Option<(u8, u8)>,
    /// Pauses as they were before anything was adapted, and whether they are sent as it was adapted last.
    pub(crate) dtx: Option<(Option<DiscontinuousTransmission>, bool)>,
    /// How Opus worked before anything was adapted, and as it was adapted last.
    #[cfg(feature = "opus")]
    pub(crate) opus: Option<(OpusSettings, OpusSettings)>,
}

impl SessionAdaptation {
    pub(crate) fn new(profile: AdaptationProfile) -> Self {
        Self {
            profile,
            strategy: Adaptation::new(profile),
            redundancy: None,
            dtx: None,
            #[cfg(feature = "opus")]
            opus: None,
        }
    }
}
