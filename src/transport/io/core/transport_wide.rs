//! I/O: transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): our packets are numbered, what the peer says of
//! them is taken; and it is told which of its own came, and when.

use crate::rtp::rtcp::{Feedback, RtcpPacket, TransportArrivals, TransportFeedback, read};
use crate::rtp::{self, RtpFault, RtpHeader, extension_element};
use crate::telemetry::counters::RtcpGauges;
use crate::transport::TransportWide;
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::rtcp_out::before_feedback;
use crate::transport::io::core::rtcp_session::Way;
use crate::transport::io::core::session::IoSession;
use crate::transport::transport_wide::{SentTimes, WINDOW};
use crate::types::MediaTime;

impl IoSession {
    /// What it works with, and the number of its header extension, where that is negotiated.
    fn transport_wide(&mut self) -> Option<(&mut TransportWide, u8)> {
        let transport_wide = self.transport_wide.as_deref_mut()?;
        let id = self.rtcp.plan.as_ref()?.params.transport_wide?;
        Some((transport_wide, id))
    }

    /// Notes a packet of the peer's; whether the session is to have a turn, and has none yet.
    pub fn hear_transport(&mut self, packet: &[u8], ssrc: u32, arrival: MediaTime) -> bool {
        let Some((transport_wide, id)) = self.transport_wide() else { return false };
        let Some(&[high, low]) = extension_element(packet, id).and_then(<[u8]>::first_chunk) else { return false };
        let due = transport_wide.arrivals.hear(u16::from_be_bytes([high, low]), ssrc, arrival);
        due && !std::mem::replace(&mut self.waits, true)
    }

    /// Writes a packet that leaves, numbered where that is negotiated.
    pub fn write_packet(&mut self, header: &RtpHeader, payload: &[u8], out: &mut [u8]) -> Result<usize, RtpFault> {
        match self.transport_wide() {
            Some((TransportWide { sent, .. }, id)) => {
                rtp::write_extended(header, (id, &sent.upcoming().to_be_bytes()), payload, out)
            }
            None => rtp::write(header, payload, out),
        }
    }

    /// That packet leaves.
    pub fn note_numbered(&mut self, now: MediaTime) {
        if let Some((transport_wide, _)) = self.transport_wide() {
            transport_wide.sent.note(now);
        }
    }

    /// A packet leaves again, with the number that it had.
    pub fn note_numbered_again(&mut self, packet: &[u8], now: MediaTime) {
        let Some((transport_wide, id)) = self.transport_wide() else { return };
        if let Some(&[high, low]) = extension_element(packet, id).and_then(<[u8]>::first_chunk) {
            transport_wide.sent.note_again(u16::from_be_bytes([high, low]), now);
        }
    }

    /// Takes what the peer says of our packets.
    pub fn take_transport_feedback(&mut self, came: Datagram<'_>) {
        let gauges = std::sync::Arc::clone(&self.gauges);
        let Some((TransportWide { sent, .. }, _)) = self.transport_wide() else { return };
        // One that is wrong anywhere is believed nowhere (RFC 3550 appendix A.2).
        if read(came.octets).any(|packet| packet.is_err()) {
            return;
        }
        for packet in read(came.octets).flatten() {
            if let RtcpPacket::Feedback { feedback: Feedback::TransportWide(text), .. } = packet {
                take(sent, text, &gauges.rtcp);
            }
        }
    }

    /// What the peer is to be told of its packets: where it goes and its length in `out`.
    pub fn feedback(&mut self, now: MediaTime, out: &mut [u8]) -> Option<(Way, usize)> {
        let remote = self.remote(now)?;
        let own = self.outward.ssrc();
        let (TransportWide { arrivals, .. }, _) = self.transport_wide()?;
        if !arrivals.is_due(now) {
            return None;
        }
        let mut deltas = [None; WINDOW];
        let (media, base_sequence, reference_time, number, count) = arrivals.take(&mut deltas)?;
        let told = TransportArrivals { base_sequence, reference_time, number, deltas: deltas.get(..count)? };
        let plan = self.rtcp.plan.as_ref()?;
        let (own, way) = (own.unwrap_or(plan.ssrc), self.rtcp.way(remote)?);
        let length = before_feedback(plan, own, out).transport_feedback(own, media, &told).finish()?;
        let length = self.seal_upkeep(out, length)?;
        self.gauges.rtcp.transport_feedback_out.add(1);
        Some((way, length))
    }
}

fn take(sent: &mut SentTimes, text: &[u8], gauges: &RtcpGauges) {
    let told = TransportFeedback::read(text).ok().and_then(|feedback| sent.take(&feedback));
    let Some(told) = told else { return gauges.transport_feedback_refused.add(1) };
    gauges.transport_feedback_in.add(1);
    gauges.transport_feedback_missing.add(told.missing);
    gauges.transport_told.add(told.packets);
    gauges.transport_lost.set(gauges.transport_lost.get().saturating_add_signed(told.lost));
    if let Some((growth, queue)) = sent.delay() {
        gauges.transport_delay_growth.set(growth as u64);
        gauges.transport_queue_us.set(queue);
        gauges.transport_delays.add(1);
    }
}
