//! I/O: what a session reports by RTCP, and its goodbye.

use crate::quality::BurstGapMetrics;
use crate::rtp::rtcp::{ExtendedBlock, NtpTime, ReportBlock, RtcpWriter, SenderInfo, VoipMetrics};
use crate::telemetry::counters::LegGauges;
use crate::transport::io::core::outward::Outward;
use crate::transport::io::core::rtcp_session::RtcpSession;
use crate::transport::reporting::ReportPlan;
use crate::types::MediaTime;

/// What a report is written from.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReportSource<'a> {
    pub now: MediaTime,
    pub ntp: NtpTime,
    pub outward: &'a Outward,
    pub leg: Option<&'a LegGauges>,
    /// R factor, MOS-LQ, MOS-CQ as they are to be told.
    pub scores: [u8; 3],
    /// Residual echo return loss, dB; 127: not known.
    pub echo: u8,
    pub round_trip_us: u64,
    pub last: bool,
}

/// What feedback follows in its datagram: a report and the name (RFC 4585 section 3.1), or nothing where reduced size was negotiated
/// (RFC 5506 section 3.4).
pub(super) fn before_feedback<'o>(plan: &ReportPlan, own: u32, out: &'o mut [u8]) -> RtcpWriter<'o> {
    let writer = RtcpWriter::new(out);
    if plan.params.reduced_size { writer } else { writer.receiver_report(own, &[]).cname(own, &plan.cname) }
}

impl RtcpSession {
    /// Writes the report that is due, and the next interval begins; with a goodbye if it is the last. The fraction that was
    /// lost in the interval comes with it.
    pub fn write(&mut self, of: ReportSource<'_>, out: &mut [u8]) -> Option<(usize, u8)> {
        let plan = self.plan?;
        let ssrc = of.outward.ssrc().unwrap_or(plan.ssrc);
        let (packets, octets) = of.outward.counts();
        let block = self.reception.has_news().then(|| self.block(of.now));
        let blocks = block.as_slice();
        let writer = RtcpWriter::new(out);
        let writer = match of.outward.timestamp(plan.clock_rate, of.now).filter(|_| self.is_sender(packets)) {
            Some(rtp_timestamp) => {
                let sender = SenderInfo { ntp: of.ntp, rtp_timestamp, packets, octets };
                writer.sender_report(ssrc, &sender, blocks)
            }
            None => writer.receiver_report(ssrc, blocks),
        };
        let mut writer = writer.cname(ssrc, &plan.cname);
        if plan.params.extended {
            writer = self.extended(writer, ssrc, of);
        }
        if of.last {
            writer = writer.goodbye(ssrc);
        }
        let length = writer.finish()?;
        self.note_report(length, packets, (of.now, of.ntp));
        Some((length, block.map_or(0, |block| block.fraction_lost)))
    }

    fn block(&mut self, now: MediaTime) -> ReportBlock {
        let mut block = self.reception.report();
        if let Some(stamp) = Self::recent(self.sender_report, now).filter(|stamp| stamp.ssrc == block.ssrc) {
            (block.last_sender_report, block.delay_since_last) = (stamp.middle, stamp.age(now));
        }
        block
    }

    fn extended<'o>(&self, writer: RtcpWriter<'o>, ssrc: u32, of: ReportSource<'_>) -> RtcpWriter<'o> {
        let mut blocks = [ExtendedBlock::ReceiverReferenceTime(of.ntp); 3];
        let mut n = 1;
        let mut add = |block| {
            if let Some(place) = blocks.get_mut(n) {
                *place = block;
                n += 1;
            }
        };
        if let Some(stamp) = Self::recent(self.reference, of.now) {
            add(ExtendedBlock::DelaySinceLast { ssrc: stamp.ssrc, last: stamp.middle, delay: stamp.age(of.now) });
        }
        if let (Some(leg), true) = (of.leg, self.reception.is_begun()) {
            let round_trip_ms = (of.round_trip_us / 1_000).min(u16::MAX.into()) as u16;
            let mut metrics = metrics(self.reception.ssrc, leg, of.scores, round_trip_ms);
            metrics.residual_echo_return_loss = of.echo;
            // To be told of a buffer that adapts (section 4.7.7).
            let longest = self.plan.map_or(0, |plan| plan.longest_buffer_ms);
            metrics.jitter_buffer_absolute_maximum_ms = longest.max(metrics.jitter_buffer_maximum_ms);
            add(ExtendedBlock::VoipMetrics(metrics));
        }
        writer.extended(ssrc, blocks.get(..n).unwrap_or(&[]))
    }
}

/// 0 dBov in dBm0 (ITU-T G.711: the load capacity of its tables).
const OVER_DBM0: i8 = 3;

/// What the leg has counted, as RFC 3611 section 4.7 tells it.
fn metrics(ssrc: u32, leg: &LegGauges, [r, listening, conversational]: [u8; 3], round_trip_ms: u16) -> VoipMetrics {
    let (lost, discarded) = (leg.lost.get(), leg.late.get() + leg.refused.get());
    let expected = (leg.packets_in.get() + lost).max(1);
    let rate = |packets: u64| (packets * 256 / expected).min(255) as u8;
    let ms = |us: u64| (us / 1_000).min(u16::MAX.into()) as u16;
    let known = |score: u8| if score == 0 { 127 } else { score };
    let buffer = ms(leg.buffer_us.get());
    let bursts = BurstGapMetrics::of(&leg.burst_gap(), leg.packet_us.get() as f64 / 1e3);
    let density = |share: f64| (share * 256.0).min(255.0) as u8;
    let level = |dbov: u64| if dbov == 0 { 127 } else { OVER_DBM0 - dbov.min(120) as i8 };
    VoipMetrics {
        ssrc,
        loss_rate: rate(lost),
        discard_rate: rate(discarded),
        burst_density: density(bursts.burst_density),
        gap_density: density(bursts.gap_density),
        burst_duration_ms: bursts.burst_ms.min(65_535.0) as u16,
        gap_duration_ms: bursts.gap_ms.min(65_535.0) as u16,
        signal_level: level(leg.speech_dbov.get()),
        noise_level: level(leg.noise_dbov.get()),
        round_trip_ms,
        end_system_delay_ms: buffer,
        r: known(r),
        mos_listening: known(listening),
        mos_conversational: known(conversational),
        // Enhanced concealment, an adaptive buffer (section 4.7.6).
        receiver_configuration: 0b1011_0000,
        jitter_buffer_ms: buffer,
        jitter_buffer_maximum_ms: ms(leg.target_us.get()).max(buffer),
        ..VoipMetrics::default()
    }
}
