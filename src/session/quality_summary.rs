//! Control: a call's quality in the lines that SIP layers put into BYE and PUBLISH.

use crate::quality::{BurstGapMetrics, GMIN, QualityReport};
use crate::session::rtcp_statistics::RtcpStatistics;
use crate::session::statistics::SessionStatistics;
use std::fmt::Write;
use std::time::Duration;

/// A call's quality at its end, or at any moment: ask for its parts before [`destroy`](crate::MediaSessionHandle::destroy).
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, QualitySummary, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let session = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let session = engine.complete(session)?;
/// engine.run_for(Duration::from_secs(20));
/// let rtcp = engine.complete(session.rtcp_statistics())?;
/// let quality = engine.complete(session.quality())?;
/// let statistics = engine.complete(session.destroy())?;
/// let summary = QualitySummary::new(Duration::from_secs(20), &statistics, &rtcp, &quality);
/// assert_eq!(summary.p_rtp_stat(), "PS=0,OS=0,PR=0,OR=0,PL=0,JI=0,DU=20");
/// assert_eq!(summary.rtp_tx_stat(), "Dur=20,Pkt=0,Oct=0");
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct QualitySummary<'a> {
    duration: Duration,
    leg: &'a SessionStatistics,
    rtcp: &'a RtcpStatistics,
    quality: &'a QualityReport,
}

impl<'a> QualitySummary<'a> {
    /// Of a call that lasted so long.
    pub fn new(
        duration: Duration,
        leg: &'a SessionStatistics,
        rtcp: &'a RtcpStatistics,
        quality: &'a QualityReport,
    ) -> Self {
        Self { duration, leg, rtcp, quality }
    }

    fn jitter_ms(&self) -> f64 {
        self.quality.overall.map_or(self.leg.jitter_us as f64 / 1e3, |overall| overall.jitter_ms)
    }

    fn round_trip_ms(&self) -> Option<f64> {
        let last = self.rtcp.round_trip.map(|trip| trip.as_secs_f64() * 1e3);
        self.quality.overall.and_then(|overall| overall.round_trip_ms).or(last)
    }

    /// The value of `P-RTP-Stat` (and `X-RTP-Stat`): packets and octets sent and received, packets lost, jitter and latency
    /// (half the round trip) in ms, duration in s. What is not known is left out.
    pub fn p_rtp_stat(&self) -> String {
        let leg = self.leg;
        let mut line = format!(
            "PS={},OS={},PR={},OR={},PL={},JI={:.0}",
            leg.packets_out,
            leg.octets_out,
            leg.packets_in,
            leg.octets_in,
            leg.lost,
            self.jitter_ms()
        );
        if let Some(trip) = self.round_trip_ms() {
            let _ = write!(line, ",LA={:.0}", trip / 2.0);
        }
        let _ = write!(line, ",DU={}", self.duration.as_secs());
        line
    }

    /// The value of `RTP-RxStat`: duration in s, packets and octets received, late and lost, mean jitter in ms; the scores as
    /// `VQMetrics` where there are any.
    pub fn rtp_rx_stat(&self) -> String {
        let leg = self.leg;
        let mut line = format!(
            "Dur={},Pkt={},Oct={},LatePkt={},LostPkt={},AvgJit={:.6}",
            self.duration.as_secs(),
            leg.packets_in,
            leg.octets_in,
            leg.late,
            leg.lost,
            self.jitter_ms()
        );
        if let Some((overall, mos)) = self.quality.overall.and_then(|overall| Some((overall, overall.mos_lq?))) {
            let concealed = overall.concealed_ms as f64 / self.duration.as_millis().max(1) as f64;
            let _ = write!(line, ",VQMetrics=\"MLQK={mos:.4};CCR={concealed:.4}\"");
        }
        line
    }

    /// The value of `RTP-TxStat`: duration in s, packets and octets sent.
    pub fn rtp_tx_stat(&self) -> String {
        format!("Dur={},Pkt={},Oct={}", self.duration.as_secs(), self.leg.packets_out, self.leg.octets_out)
    }

    /// The lines of `LocalMetrics` that media knows of, of a `VQSessionReport` (RFC 6035 section 4.6), each ended by CR LF:
    /// jitter buffer, loss, bursts and gaps, delay, signal, scores. Time stamps, addresses and identifiers are the SIP layer's.
    pub fn vq_local_metrics(&self) -> String {
        let leg = self.leg;
        let packet_ms = leg.packet_us as f64 / 1e3;
        let bursts = BurstGapMetrics::of(&leg.burst_gap(), packet_ms);
        let expected = (leg.packets_in + leg.lost).max(1) as f64;
        let percent = |packets: u64| 100.0 * packets as f64 / expected;
        let trip = self.round_trip_ms().map_or(String::new(), |trip| format!("RTD={trip:.0} "));
        let (buffer, target) = (leg.buffer_us / 1_000, leg.target_us / 1_000);
        let mut lines = format!(
            "JitterBuffer:JBA=3 JBN={target} JBM={}\r\nPacketLoss:NLR={:.1} JDR={:.1}\r\n\
             BurstGapLoss:BLD={:.1} BD={:.0} GLD={:.1} GD={:.0} GMIN={GMIN}\r\nDelay:{trip}ESD={buffer} IAJ={:.0}\r\n",
            buffer.max(target),
            percent(leg.lost),
            percent(leg.late + leg.refused),
            100.0 * bursts.burst_density,
            bursts.burst_ms,
            100.0 * bursts.gap_density,
            bursts.gap_ms,
            self.jitter_ms()
        );
        if leg.speech_dbov > 0 && leg.noise_dbov > 0 {
            // dBov to dBm0 (ITU-T G.711).
            let dbm0 = |dbov: u64| 3 - dbov as i64;
            let _ = write!(lines, "Signal:SL={} NL={}\r\n", dbm0(leg.speech_dbov), dbm0(leg.noise_dbov));
        }
        if let Some(overall) = self.quality.overall
            && let (Some(r), Some(listening), Some(conversation)) = (overall.r, overall.mos_lq, overall.mos_cq)
        {
            let _ = write!(lines, "QualityEst:RCQ={r:.0} MOSLQ={listening:.1} MOSCQ={conversation:.1}\r\n");
        }
        lines
    }
}

#[cfg(test)]
mod tests;
