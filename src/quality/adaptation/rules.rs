//! Control: the rules, each of what it sees and what it would change.

use super::proposal::{
    AdaptationProfile, AdaptationProposal, AdaptationReason, Adjustment, OpusInForce, SendingInForce,
};
use super::redundancy;
use crate::quality::QualityMetrics;

/// Loss that is reckoned with, percent, for loss from a share on. Below it in-band FEC costs speech more than it gives (PERFORMANCE.md,
/// "How codecs bear loss": even at 5 %). What a session prefers stays all the same.
const STEPS: [(f64, u8); 3] = [(0.15, 30), (0.07, 20), (0.05, 10)];
/// With less loss for a while FEC is taken back: it would swing, were that the same.
const MILD: f64 = 0.03;
/// From this share on there is loss.
const LOSSY: f64 = 0.01;
/// In-band FEC needs as many bit/s.
const FEC_BITRATE: u32 = 24_000;
/// And Deep Redundancy beside it, which is sent where more loss is expected than FEC alone is for, percent.
const DRED_BITRATE: u32 = 40_000;
const FEC_ALONE: u8 = 5;
/// Below it speech suffers more than the link gains.
const LEAST_BITRATE: u32 = 16_000;
/// So much over its least the round trip says that a queue is filling, ms; and the delay of what we send the same.
const QUEUE_MS: f64 = 80.0;
/// Shares of packets that are thrown away as too late.
const MANY_LATE: f64 = 0.02;
const FEW_LATE: f64 = 0.001;

/// What the last intervals were like.
#[derive(Debug, Clone, Default)]
pub(super) struct Trend {
    /// The peer's loss: rises at once, falls by half an interval.
    loss: f64,
    least_trip_ms: Option<f64>,
    /// Intervals of the peer's loss in a row.
    lossy: u32,
    /// Intervals in a row without trouble.
    calm: u32,
    /// Intervals in a row with too little loss for FEC.
    mild: u32,
    late: u32,
    on_time: u32,
    /// A patient buffer was proposed, and that it be as before was not yet.
    patience: bool,
    /// The link was full, and the network was not good for a while since: what is sent twice would fill it again.
    congested: bool,
    /// How often pauses were proposed for that.
    pauses: u32,
}

impl Trend {
    pub(super) fn note(&mut self, metrics: &QualityMetrics) {
        if let Some(trip) = metrics.round_trip_ms {
            // Forgotten slowly: a route can become longer for good.
            self.least_trip_ms = Some(self.least_trip_ms.map_or(trip, |least| trip.min(least + 0.5)));
        }
        self.late = if metrics.discard > MANY_LATE { self.late.saturating_add(1) } else { 0 };
        self.on_time =
            if metrics.discard < FEW_LATE && metrics.received > 0 { self.on_time.saturating_add(1) } else { 0 };
        let Some(remote) = metrics.remote else { return };
        self.loss = remote.loss.max(self.loss / 2.0);
        let lossy = remote.loss >= LOSSY;
        self.mild = if remote.loss < MILD { self.mild.saturating_add(1) } else { 0 };
        self.lossy = if lossy { self.lossy.saturating_add(1) } else { 0 };
        self.calm = if lossy || self.is_queueing(metrics) { 0 } else { self.calm.saturating_add(1) };
    }

    fn is_queueing(&self, metrics: &QualityMetrics) -> bool {
        let trips = metrics.round_trip_ms.zip(self.least_trip_ms);
        trips.is_some_and(|(trip, least)| trip > least + QUEUE_MS) || metrics.queue_ms.is_some_and(|ms| ms > QUEUE_MS)
    }

    /// That was proposed.
    pub(super) fn note_proposed(&mut self, proposal: &AdaptationProposal) {
        if let Adjustment::PatientBuffer(patient) = proposal.adjustment {
            self.patience = patient;
        }
        match proposal.reason {
            AdaptationReason::Congestion => {
                self.congested = true;
                self.pauses += u32::from(proposal.adjustment == Adjustment::Dtx(true));
            }
            AdaptationReason::Recovered => self.congested = false,
            _ => {}
        }
    }

    /// Whether the network has been good for a while.
    pub(super) fn is_calm(&self, profile: AdaptationProfile) -> bool {
        self.calm >= profile.calm()
    }

    /// The first rule that applies.
    pub(super) fn proposal(
        &self,
        profile: AdaptationProfile,
        metrics: &QualityMetrics,
        sending: &SendingInForce,
    ) -> Option<AdaptationProposal> {
        let opus = sending.opus.as_ref();
        self.relieve(metrics, sending)
            .or_else(|| opus.and_then(|opus| self.protect(metrics, opus)))
            .or_else(|| self.send_twice(metrics, sending))
            .or_else(|| self.another_codec(metrics, sending))
            .or_else(|| self.wait_longer(sending))
            .or_else(|| self.is_calm(profile).then(|| self.send_less_twice(sending))?)
            .or_else(|| opus.and_then(|opus| self.take_back(profile, opus)))
            .or_else(|| self.wait_as_before(profile, sending))
    }

    /// The link is full: send less.
    fn relieve(&self, metrics: &QualityMetrics, sending: &SendingInForce) -> Option<AdaptationProposal> {
        if self.lossy < 2 || !self.is_queueing(metrics) {
            return None;
        }
        let fewer = || match sending.opus {
            Some(opus) => {
                let fewer = (opus.bitrate / 5 * 4).max(LEAST_BITRATE);
                (fewer < opus.bitrate).then_some(Adjustment::OpusBitrate(fewer))
            }
            None => (sending.ptime_ms < 40).then_some(Adjustment::Ptime(40)),
        };
        let adjustment = redundancy::relieve(sending).or_else(fewer)?;
        Some(AdaptationProposal { adjustment, reason: AdaptationReason::Congestion, confidence: 0.7 })
    }

    /// The peer loses packets: send so that it bears it.
    fn protect(&self, metrics: &QualityMetrics, opus: &OpusInForce) -> Option<AdaptationProposal> {
        // More bits on a link that is full are more loss.
        if opus.bitrate < FEC_BITRATE && self.is_queueing(metrics) {
            return None;
        }
        let expected = expected(self.loss);
        if (opus.no_fec && !opus.dred) || expected <= opus.expected_loss_percent {
            return None;
        }
        let least =
            if self.is_queueing(metrics) { FEC_BITRATE } else { least_bitrate(expected, opus).max(FEC_BITRATE) };
        let adjustment = Adjustment::OpusLoss { expected_percent: expected, bitrate: opus.bitrate.max(least) };
        // One interval may be an accident.
        let confidence = if self.lossy > 1 { 0.9 } else { 0.6 };
        Some(AdaptationProposal { adjustment, reason: AdaptationReason::RemoteLoss, confidence })
    }

    /// The same, whatever the codec.
    fn send_twice(&self, metrics: &QualityMetrics, sending: &SendingInForce) -> Option<AdaptationProposal> {
        if self.congested || self.is_queueing(metrics) {
            return None;
        }
        redundancy::protect(self.loss, self.lossy, sending)
    }

    /// It was good for a while. A link that was full again once pauses were sent again stays without them: it would swing.
    fn send_less_twice(&self, sending: &SendingInForce) -> Option<AdaptationProposal> {
        let dtx = sending.dtx.filter(|_| self.pauses < 2);
        redundancy::take_back(self.loss, &SendingInForce { dtx, ..*sending })
    }

    /// Nothing that is sent bears this: a codec that does.
    fn another_codec(&self, metrics: &QualityMetrics, sending: &SendingInForce) -> Option<AdaptationProposal> {
        let bad = metrics.remote.is_some_and(|remote| remote.loss > 0.05);
        let applies = sending.opus.is_none() && bad && self.lossy >= 3;
        let (adjustment, reason) = (Adjustment::RobustCodec, AdaptationReason::RemoteLoss);
        applies.then_some(AdaptationProposal { adjustment, reason, confidence: 0.5 })
    }

    /// Our buffer throws away what comes: let it wait longer.
    fn wait_longer(&self, sending: &SendingInForce) -> Option<AdaptationProposal> {
        let (adjustment, reason) = (Adjustment::PatientBuffer(true), AdaptationReason::LateArrivals);
        let applies = self.late >= 2 && !sending.patient_buffer;
        applies.then_some(AdaptationProposal { adjustment, reason, confidence: 0.7 })
    }

    /// It was good for a while: step by step back to what was. FEC goes where too little is lost for it.
    fn take_back(&self, profile: AdaptationProfile, opus: &OpusInForce) -> Option<AdaptationProposal> {
        let (calm, mild) = (self.is_calm(profile), self.mild >= profile.calm());
        let expected = expected(self.loss).max(opus.preferred_loss_percent);
        let adjustment = if calm && opus.bitrate < opus.preferred_bitrate {
            Adjustment::OpusBitrate((opus.bitrate / 8 * 9).min(opus.preferred_bitrate))
        } else if mild && expected < opus.expected_loss_percent {
            // What is left of FEC, and of Deep Redundancy, needs its bits.
            let without = expected <= opus.preferred_loss_percent;
            let least = if without { 0 } else { least_bitrate(expected, opus) };
            let bitrate = least.max(opus.preferred_bitrate).min(opus.bitrate);
            Adjustment::OpusLoss { expected_percent: expected, bitrate }
        } else if !calm {
            return None;
        } else if opus.bitrate > opus.preferred_bitrate && opus.expected_loss_percent <= opus.preferred_loss_percent {
            Adjustment::OpusBitrate(opus.preferred_bitrate)
        } else {
            return None;
        };
        Some(AdaptationProposal { adjustment, reason: AdaptationReason::Recovered, confidence: 0.8 })
    }

    fn wait_as_before(&self, profile: AdaptationProfile, sending: &SendingInForce) -> Option<AdaptationProposal> {
        let (adjustment, reason) = (Adjustment::PatientBuffer(false), AdaptationReason::Recovered);
        // A buffer that was patient from the beginning is somebody's wish.
        let applies = self.patience && sending.patient_buffer && self.on_time >= 2 * profile.calm();
        applies.then_some(AdaptationProposal { adjustment, reason, confidence: 0.6 })
    }
}

/// What protection against that loss needs at least beyond what speech does, bit/s.
fn least_bitrate(expected: u8, opus: &OpusInForce) -> u32 {
    if opus.dred && expected > FEC_ALONE { DRED_BITRATE } else { 0 }
}

/// The loss to reckon with, percent, of a share that is lost.
fn expected(loss: f64) -> u8 {
    STEPS.iter().find(|(from, _)| loss >= *from).map_or(0, |(_, percent)| *percent)
}
