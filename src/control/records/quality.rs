//! Control: what a session's counters say for its quality monitor.

use super::session::Session;
use crate::processing::audio::aec::EchoMetrics;
use crate::quality::{CodecImpairment, QualityMetrics, QualitySample, RemoteQuality, TransportCounts};
use crate::session::{AudioFormat, RtcpStatistics};
use crate::types::{MediaTime, SessionId};
use std::time::Duration;

/// A round trip holds for so long: three intervals of the peer's at their longest.
const TRIP_HOLDS: Duration = Duration::from_secs(25);

impl Session {
    /// Its counters as they stand.
    pub(crate) fn quality_sample(&self, now: MediaTime) -> QualitySample {
        let leg = &self.gauges;
        let codec = CodecImpairment::like(self.format_heard().encoding()).map_or("", |codec| codec.codec);
        let mut sample = QualitySample::new(Duration::from_nanos(now.as_nanos()), codec);
        sample.received = leg.packets_in.get();
        sample.lost = leg.lost.get();
        sample.recovered = leg.recovered.get().saturating_sub(leg.refilled.get());
        sample.discarded = leg.late.get() + leg.refused.get();
        sample.burst_gap = leg.burst_gap();
        sample.concealed_ms = leg.concealed_blocks.get() * 10;
        let ms = |us: u64| us as f64 / 1e3;
        sample.packet_ms = if leg.packet_us.get() > 0 { ms(leg.packet_us.get()) } else { 20.0 };
        (sample.jitter_ms, sample.buffer_ms) = (ms(leg.jitter_us.get()), ms(leg.buffer_us.get()));
        let known = RtcpStatistics::read(&self.transport.rtcp);
        let measured = MediaTime::from_nanos(self.transport.rtcp.round_trip_at_us.get() * 1_000);
        // One of a peer that was, or has ceased to report, is none of this interval.
        let trip = known.round_trip.filter(|_| now - measured < TRIP_HOLDS);
        sample.round_trip_ms = trip.map(|trip| trip.as_secs_f64() * 1e3);
        sample.remote = known.remote.map(|remote| {
            let at = Duration::from_nanos(remote.at.as_nanos());
            RemoteQuality::new(at, remote.fraction_lost.into(), remote.jitter.as_secs_f64() * 1e3)
        });
        sample.transport = known.transport.map(|told| {
            let mut counts = TransportCounts::new(told.packets, told.lost);
            counts.queue_ms = told.queue.map_or(0.0, |queue| queue.as_secs_f64() * 1e3);
            counts
        });
        sample
    }

    /// The format that is heard.
    fn format_heard(&self) -> AudioFormat {
        match self.heard() {
            None | Some(0) => self.params.receive.clone(),
            Some(place) => {
                self.params.others.get(place - 1).map_or(&self.params.receive, |other| &other.receive).clone()
            }
        }
    }

    /// What its extended reports tell the peer.
    pub(crate) fn tell_scores(&self, metrics: &QualityMetrics) {
        let tenths = |mos: Option<f64>| mos.map_or(0, |mos| (mos * 10.0).round().clamp(10.0, 50.0) as u64);
        let r = metrics.r.map_or(0, |r| r.round().clamp(1.0, 100.0) as u64);
        let scores = r << 16 | tenths(metrics.mos_lq) << 8 | tenths(metrics.mos_cq);
        self.transport.rtcp.told_scores.set(scores);
    }

    /// What they tell of the echo that the peer hears of itself (RFC 3611 section 4.7.4): its voice goes to `partner`, whose end lets
    /// it back, less what the canceller there takes out. While both speak, that cannot be measured: it is as it was.
    pub(crate) fn tell_echo(&mut self, partner: Option<SessionId>, echo: Option<EchoMetrics>) {
        let both = echo.is_some_and(|echo| echo.double_talk);
        if both && partner == self.reporter.echo_of {
            return;
        }
        let loss = echo.filter(|_| !both).and_then(|echo| Some(echo.erl_db? + echo.erle_db));
        self.reporter.echo_of = partner;
        self.transport.rtcp.told_echo.set(loss.map_or(0, |db| 1 + db.round().clamp(0.0, 126.0) as u64));
    }
}
