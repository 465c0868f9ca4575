//! Control: how good a call was between two moments.

use super::sample::{QualitySample, RemoteQuality, TransportCounts};
use crate::quality::{BurstGapMetrics, CodecImpairment, Confidence, EModel};
use std::time::Duration;

/// How good a call was in an interval.
///
/// Example: [`QualityMonitor`](crate::quality::QualityMonitor).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QualityMetrics {
    /// When it ended, since the samples' origin.
    pub at: Duration,
    /// How long it was.
    pub length: Duration,
    /// Packets that came.
    pub received: u64,
    /// Packets that did not.
    pub lost: u64,
    /// The same as a share of those expected, 0.0..=1.0.
    pub loss: f64,
    /// Packets that came and were thrown away, as a share of those expected.
    pub discard: f64,
    /// BurstR of ITU-T G.107: 1 by chance, more where losses come together.
    pub burst_ratio: f64,
    /// Interarrival jitter, ms.
    pub jitter_ms: f64,
    /// Audio made up within speech, ms.
    pub concealed_ms: u64,
    /// From mouth to ear as far as it is known, ms: half the round trip, the jitter buffer, a packet.
    pub delay_ms: f64,
    /// The round trip; `None`: not known, and the network's part of the delay counts as nothing.
    pub round_trip_ms: Option<f64>,
    /// R by the E-model, on the scale of the codec's band; `None`: nothing came, or the codec is not known.
    pub r: Option<f64>,
    /// MOS-CQ: conversation, with loss and delay.
    pub mos_cq: Option<f64>,
    /// MOS-LQ: listening, without what delay costs.
    pub mos_lq: Option<f64>,
    /// How sure the codec's figures are.
    pub confidence: Option<Confidence>,
    /// What the peer lost in this interval, as transport-wide feedback tells it; else what it reported last in it; `None`: nothing.
    /// One report counts once, however often is looked.
    pub remote: Option<RemoteQuality>,
    /// How far the delay of what we send is above its least, by transport-wide feedback of this interval, ms.
    pub queue_ms: Option<f64>,
}

/// Of fewer packets an interval's loss says little: the last report is believed then.
const FEWEST_TOLD: u64 = 10;

impl QualityMetrics {
    /// Between two samples of one call. A counter that went back counts as one that stood.
    pub fn between(before: &QualitySample, now: &QualitySample) -> Self {
        let since = |of: fn(&QualitySample) -> u64| of(now).saturating_sub(of(before));
        let (received, lost) = (since(|s| s.received), since(|s| s.lost));
        let (discarded, recovered) = (since(|s| s.discarded), since(|s| s.recovered));
        let share = |packets: u64| packets as f64 / (received + lost).max(1) as f64;
        let told = told(before, now);
        let bursts = BurstGapMetrics::of(&now.burst_gap.since(&before.burst_gap), now.packet_ms);
        let mut metrics = Self {
            at: now.at,
            length: now.at.saturating_sub(before.at),
            received,
            lost,
            loss: share(lost),
            discard: share(discarded),
            burst_ratio: bursts.burst_ratio,
            jitter_ms: now.jitter_ms,
            concealed_ms: since(|s| s.concealed_ms),
            delay_ms: now.round_trip_ms.unwrap_or(0.0) / 2.0 + now.buffer_ms + now.packet_ms,
            round_trip_ms: now.round_trip_ms,
            r: None,
            mos_cq: None,
            mos_lq: None,
            confidence: None,
            remote: remote(told, before, now),
            queue_ms: told.map(|told| told.queue_ms),
        };
        // What came again in a later packet was heard.
        let unheard = 100.0 * share((lost + discarded).saturating_sub(recovered)).min(1.0);
        metrics.rate(now.codec, if received + lost == 0 { None } else { Some(unheard) });
        metrics
    }

    /// Rates it, with so many percent of packets that were not heard.
    fn rate(&mut self, codec: &str, unheard: Option<f64>) {
        let (Some(unheard), Some(codec)) = (unheard, CodecImpairment::like(codec)) else { return };
        let mut model = EModel::default().codec(codec).loss(unheard).delay_ms(self.delay_ms.clamp(0.0, 60_000.0));
        model.burst_r = self.burst_ratio.clamp(1.0, 100.0);
        if let Ok(rating) = model.rate() {
            (self.r, self.mos_cq, self.mos_lq) = (Some(rating.r), Some(rating.mos_cq), Some(rating.mos_lq));
            self.confidence = Some(codec.confidence);
        }
    }

    /// With the means over its intervals of what is as of now in a sample, for a whole call: `before` until the last
    /// interval, which is `last`. There was a score, and a round trip, for so long with it.
    pub(super) fn with_means_of(
        mut self,
        before: Option<&Self>,
        last: &Self,
        (rated, tripped): (Duration, Duration),
    ) -> Self {
        let Some(before) = before else { return self };
        let mean = |before: f64, of_last: f64, whole: Duration| {
            before + (of_last - before) * last.length.as_secs_f64() / whole.as_secs_f64().max(1e-9)
        };
        let either = |before: Option<f64>, of_last: Option<f64>, whole| match (before, of_last) {
            (Some(before), Some(of_last)) => Some(mean(before, of_last, whole)),
            (before, of_last) => of_last.or(before),
        };
        self.jitter_ms = mean(before.jitter_ms, last.jitter_ms, self.length);
        self.delay_ms = mean(before.delay_ms, last.delay_ms, self.length);
        self.round_trip_ms = either(before.round_trip_ms, last.round_trip_ms, tripped);
        // The score of a call is the mean of its moments (ITU-T P.564 clause 7), not the score of its mean loss.
        self.r = either(before.r, last.r, rated);
        self.mos_cq = either(before.mos_cq, last.mos_cq, rated);
        self.mos_lq = either(before.mos_lq, last.mos_lq, rated);
        self.confidence = last.confidence.or(before.confidence);
        self
    }
}

/// What feedback told of in between, if it was enough.
fn told(before: &QualitySample, now: &QualitySample) -> Option<TransportCounts> {
    let (transport, known) = (now.transport?, before.transport.unwrap_or_default());
    let packets = transport.packets.saturating_sub(known.packets);
    let lost = transport.lost.saturating_sub(known.lost).min(packets);
    (packets >= FEWEST_TOLD).then_some(TransportCounts { packets, lost, ..transport })
}

fn remote(told: Option<TransportCounts>, before: &QualitySample, now: &QualitySample) -> Option<RemoteQuality> {
    let Some(told) = told else { return now.remote.filter(|remote| remote.at > before.at) };
    let jitter_ms = now.remote.map_or(0.0, |remote| remote.jitter_ms);
    Some(RemoteQuality { at: now.at, loss: told.lost as f64 / told.packets as f64, jitter_ms })
}
