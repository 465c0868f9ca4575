//! Control: what to change where a call gets worse, or is better again: metrics in, a proposal out.
//!
//! A pure strategy: it sees each interval's [`QualityMetrics`] and what is in force, and proposes one change at a time. After a
//! change it waits until its effect can be seen (the settling time), so that it cannot swing. What makes a call more robust is
//! proposed at once; what takes that back, only after the network was good for a while.

mod proposal;
mod redundancy;
mod rules;

pub use proposal::{
    AdaptationProfile, AdaptationProposal, AdaptationReason, Adjustment, DtxInForce, OpusInForce, RedundancyInForce,
    SendingInForce,
};

use crate::quality::QualityMetrics;
use rules::Trend;
use std::time::Duration;

/// Proposes changes for one call.
///
/// ```
/// use media_core::quality::{
///     Adaptation, AdaptationProfile, Adjustment, OpusInForce, QualityMetrics, QualitySample, RemoteQuality, SendingInForce,
/// };
/// use std::time::Duration;
///
/// let mut adaptation = Adaptation::new(AdaptationProfile::Balanced);
/// let sending = SendingInForce::opus(OpusInForce::new(32_000, 0));
/// let before = QualitySample::new(Duration::ZERO, "opus");
/// // The peer says that it lost a tenth of what we sent.
/// let mut now = before;
/// (now.at, now.received) = (Duration::from_secs(5), 250);
/// now.remote = Some(RemoteQuality::new(now.at, 0.1, 3.0));
/// let proposal = adaptation.look(&QualityMetrics::between(&before, &now), &sending).unwrap();
/// assert_eq!(proposal.adjustment, Adjustment::OpusLoss { expected_percent: 20, bitrate: 32_000 });
/// // Nothing more until that has had its effect.
/// assert_eq!(adaptation.look(&QualityMetrics::between(&before, &now), &sending), None);
/// ```
#[derive(Debug, Clone)]
pub struct Adaptation {
    profile: AdaptationProfile,
    trend: Trend,
    changed: Option<Duration>,
    /// What was proposed last since the network was good.
    proposed: Option<(Adjustment, AdaptationReason)>,
}

impl Adaptation {
    /// Nothing is known yet.
    pub fn new(profile: AdaptationProfile) -> Self {
        Self { profile, trend: Trend::default(), changed: None, proposed: None }
    }

    /// Looks at an interval that is over; the one change that helps most now, if any.
    pub fn look(&mut self, metrics: &QualityMetrics, sending: &SendingInForce) -> Option<AdaptationProposal> {
        self.trend.note(metrics);
        let settling = self.profile.settling();
        if self.changed.is_some_and(|changed| metrics.at.saturating_sub(changed) < settling) {
            return None;
        }
        if self.trend.is_calm(self.profile) {
            // What would take something back is said once as well, however long it stays good.
            self.proposed = self.proposed.filter(|(_, reason)| *reason == AdaptationReason::Recovered);
        }
        let proposal = self.trend.proposal(self.profile, metrics, sending)?;
        // What nobody carried out is not worth a second word.
        let said = (proposal.adjustment, proposal.reason);
        if self.proposed.replace(said) == Some(said) {
            return None;
        }
        self.trend.note_proposed(&proposal);
        self.changed = Some(metrics.at);
        Some(proposal)
    }
}

#[cfg(test)]
mod tests;
