//! Control: what a session adapts by.

#[cfg(feature = "opus")]
use crate::codec::audio::opus::OpusSettings;
use crate::quality::{Adaptation, AdaptationProfile};

/// What a session adapts by.
#[derive(Debug)]
pub(crate) struct SessionAdaptation {
    pub(crate) profile: AdaptationProfile,
    pub(crate) strategy: Adaptation,
    /// How Opus worked before anything was adapted, and as it was adapted last.
    #[cfg(feature = "opus")]
    pub(crate) opus: Option<(OpusSettings, OpusSettings)>,
}

impl SessionAdaptation {
    pub(crate) fn new(profile: AdaptationProfile) -> Self {
        Self {
            profile,
            strategy: Adaptation::new(profile),
            #[cfg(feature = "opus")]
            opus: None,
        }
    }
}
