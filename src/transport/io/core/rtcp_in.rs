//! I/O: what the peer says by RTCP.

use crate::rtp::rtcp::{ExtendedBlock, Feedback, NtpTime, ReportBlock, RtcpPacket, SenderInfo, VoipMetrics, read};
use crate::telemetry::counters::RtcpGauges;
use crate::transport::io::core::rtcp_session::{RtcpSession, Stamp};
use crate::types::MediaTime;

/// What a report is read by.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReportCtx<'a> {
    /// When it came.
    pub arrival: MediaTime,
    /// The same by the clock of our own reports.
    pub ntp: NtpTime,
    /// The SSRC under which we send.
    pub own: u32,
    /// What is known by RTCP.
    pub gauges: &'a RtcpGauges,
}

impl RtcpSession {
    /// Takes a datagram; whether it was RTCP of a participant: then its sender can be answered.
    pub fn take(&mut self, datagram: &[u8], ctx: ReportCtx<'_>) -> bool {
        // One that is wrong anywhere is believed nowhere (RFC 3550 appendix A.2).
        if read(datagram).any(|packet| packet.is_err()) {
            ctx.gauges.malformed.add(1);
            return false;
        }
        let mut reports = false;
        for packet in read(datagram).flatten() {
            match packet {
                RtcpPacket::SenderReport { ssrc, sender, blocks } => {
                    reports = true;
                    self.note_sender(ssrc, &sender, ctx);
                    blocks.for_each(|block| self.note_block(&block, ctx));
                }
                RtcpPacket::ReceiverReport { blocks, .. } => {
                    reports = true;
                    blocks.for_each(|block| self.note_block(&block, ctx));
                }
                RtcpPacket::Extended { ssrc, blocks } => blocks.for_each(|block| self.note_extended(ssrc, &block, ctx)),
                RtcpPacket::Goodbye { .. } => ctx.gauges.goodbyes_in.add(1),
                RtcpPacket::Feedback { feedback: Feedback::Nack(_), .. } => ctx.gauges.nacks_in.add(1),
                RtcpPacket::Feedback { feedback: Feedback::PictureLoss | Feedback::FullIntraRequest, .. } => {
                    ctx.gauges.picture_requests_in.add(1);
                }
                RtcpPacket::Feedback { .. } | RtcpPacket::SourceDescription { .. } | RtcpPacket::Other(_) => {}
            }
        }
        ctx.gauges.reports_in.add(1);
        reports
    }

    fn note_sender(&mut self, ssrc: u32, sender: &SenderInfo, ctx: ReportCtx<'_>) {
        self.sender_report = Some(Stamp { ssrc, middle: sender.ntp.middle(), arrival: ctx.arrival });
        ctx.gauges.remote_packets.set(sender.packets.into());
        ctx.gauges.remote_octets.set(sender.octets.into());
    }

    fn note_block(&self, block: &ReportBlock, ctx: ReportCtx<'_>) {
        let (Some(plan), true) = (&self.plan, block.ssrc == ctx.own) else { return };
        let gauges = ctx.gauges;
        gauges.remote_reports.add(1);
        gauges.remote_at_us.set(ctx.arrival.as_nanos() / 1_000);
        gauges.remote_fraction_lost.set(block.fraction_lost.into());
        gauges.remote_lost.set(i64::from(block.lost) as u64);
        gauges.remote_jitter_us.set(u64::from(block.jitter) * 1_000_000 / u64::from(plan.clock_rate.max(1)));
        self.note_round_trip(block.last_sender_report, block.delay_since_last, ctx);
    }

    fn note_extended(&mut self, ssrc: u32, block: &ExtendedBlock, ctx: ReportCtx<'_>) {
        match *block {
            ExtendedBlock::ReceiverReferenceTime(time) => {
                self.reference = Some(Stamp { ssrc, middle: time.middle(), arrival: ctx.arrival });
            }
            ExtendedBlock::DelaySinceLast { ssrc, last, delay } if ssrc == ctx.own => {
                self.note_round_trip(last, delay, ctx);
            }
            ExtendedBlock::VoipMetrics(metrics) if metrics.ssrc == ctx.own => note_metrics(&metrics, ctx.gauges),
            _ => {}
        }
    }

    fn note_round_trip(&self, last: u32, delay: u32, ctx: ReportCtx<'_>) {
        // What answers none of ours says anything: a peer that makes it up would make up its delay.
        if let Some(trip) = NtpTime::round_trip(ctx.ntp, last, delay).filter(|_| self.has_told(last)) {
            ctx.gauges.round_trip_at_us.set(ctx.arrival.as_nanos() / 1_000);
            ctx.gauges.round_trips.add(1);
            ctx.gauges.round_trip_us.set(trip.as_micros() as u64);
        }
    }
}

fn note_metrics(metrics: &VoipMetrics, gauges: &RtcpGauges) {
    let places =
        [&gauges.remote_metrics_0, &gauges.remote_metrics_1, &gauges.remote_metrics_2, &gauges.remote_metrics_3];
    places.iter().zip(metrics.packed()).for_each(|(place, words)| place.set(words));
    gauges.remote_metrics.add(1);
}
