//! I/O: generic NACKs (RFC 4585 section 6.2.1): what the peer asks for is sent again as it was, and it is asked for what did not come
//! and can still be played.

use crate::rtp::RtpHeader;
use crate::rtp::rtcp::{Feedback, RtcpPacket, nacked, read};
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::rtcp_out::before_feedback;
use crate::transport::io::core::rtcp_session::Way;
use crate::transport::io::core::session::IoSession;
use crate::transport::io::core::transmit::Transmit;
use crate::transport::retransmission::{Reach, Wanted};
use crate::transport::{Equipment, Retransmission};
use crate::types::MediaTime;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

/// A packet that was reordered is no later, whatever the jitter.
const MOST_REORDERED: Duration = Duration::from_millis(30);

/// What is to be sent, and where it lies.
#[derive(Debug)]
pub(super) enum Again {
    /// A packet that is kept.
    Packet(u32, SocketAddr, Range<usize>),
    /// A request, so many octets in the machine's packet.
    Request(u32, Way, usize),
}

impl IoSession {
    /// Works with that; what there is already is kept, and this comes back.
    pub fn equip(&mut self, equipment: Equipment) -> Option<Equipment> {
        match equipment {
            Equipment::Retransmission(new) if self.retransmission.is_none() => self.retransmission = Some(new),
            Equipment::TransportWide(new) if self.transport_wide.is_none() => self.transport_wide = Some(new),
            unused => return Some(unused),
        }
        None
    }

    fn retransmits(&mut self) -> Option<&mut Retransmission> {
        let negotiated = self.rtcp.plan.as_ref().is_some_and(|plan| plan.params.nack);
        self.retransmission.as_deref_mut().filter(|_| negotiated)
    }

    /// Keeps a packet that leaves.
    pub fn keep_sent(&mut self, header: &RtpHeader, packet: &[u8], now: MediaTime) {
        if let Some(retransmission) = self.retransmits() {
            retransmission.sent.keep((header.ssrc, header.sequence), packet, now);
        }
    }

    /// Notes the number of a packet of the peer's; whether the session is to have a turn, and has none yet.
    pub fn hear_number(&mut self, header: &RtpHeader, arrival: MediaTime) -> bool {
        let Some(retransmission) = self.retransmits() else { return false };
        let recovered = retransmission.missing.hear(header.ssrc, header.sequence, arrival);
        let waits = !retransmission.missing.is_empty() && !std::mem::replace(&mut self.waits, true);
        self.gauges.rtcp.recovered.add(u64::from(recovered));
        waits
    }

    /// Takes what the peer asks for; whether the session is to have a turn, and has none yet.
    pub fn take_nacks(&mut self, came: Datagram<'_>) -> bool {
        let own = self.outward.ssrc();
        let Some(retransmission) = self.retransmits() else { return false };
        let (mut found, mut refused) = (false, 0);
        for packet in read(came.octets).flatten() {
            if let RtcpPacket::Feedback { media, feedback: Feedback::Nack(pairs), .. } = packet
                && Some(media) == own
            {
                for sequence in nacked(pairs) {
                    match retransmission.sent.want(sequence, came.arrival) {
                        Wanted::Yes => found = true,
                        Wanted::Enough => {}
                        Wanted::No => refused += 1,
                    }
                }
            }
        }
        let waits = found && !std::mem::replace(&mut self.waits, true);
        self.gauges.rtcp.not_resent.add(refused);
        waits
    }

    /// What it has to tell, to send again or to ask for; `Err`: whether it is to have further turns.
    fn again(&mut self, index: u32, now: MediaTime, out: &mut [u8]) -> Result<Again, bool> {
        if let Some((way, length)) = self.feedback(now, out) {
            return Ok(Again::Request(index, way, length));
        }
        let again = self.again_by_nack(index, now, out);
        self.waits = again.as_ref().map_or_else(|further| *further, |_| true);
        again
    }

    fn again_by_nack(&mut self, index: u32, now: MediaTime, out: &mut [u8]) -> Result<Again, bool> {
        let remote = self.remote(now);
        let reach = self.reach();
        let media = self.rtcp.reception.ssrc;
        let own = self.outward.ssrc().or(self.rtcp.plan.as_ref().map(|plan| plan.ssrc));
        let Some(retransmission) = self.retransmits() else { return Err(false) };
        let (Some(to), Some(own)) = (remote, own) else { return Err(false) };
        if let Some(place) = retransmission.sent.take_wanted() {
            self.gauges.rtcp.resent.add(1);
            return Ok(Again::Packet(index, to, place));
        }
        let (numbers, count) = retransmission.missing.ask(reach, now);
        let Some(numbers) = numbers.get(..count).filter(|numbers| !numbers.is_empty()) else {
            return Err(!retransmission.missing.is_empty());
        };
        let (Some(plan), Some(way)) = (&self.rtcp.plan, self.rtcp.way(to)) else { return Err(true) };
        let written = before_feedback(plan, own, out).nack(own, media, numbers).finish();
        let Some(length) = written.and_then(|length| self.seal_upkeep(out, length)) else { return Err(true) };
        self.gauges.rtcp.nacks_out.add(1);
        self.gauges.rtcp.asked_for.add(count as u64);
        Ok(Again::Request(index, way, length))
    }

    /// What is known of the way to the peer and back. Without a round trip, or a delay, nothing is worth while.
    fn reach(&self) -> Reach {
        let us = Duration::from_micros;
        let rtcp = &self.gauges.rtcp;
        let known = rtcp.round_trips.get() > 0;
        let round_trip = if known { us(rtcp.round_trip_us.get()) } else { Duration::MAX / 4 };
        let buffer = self.endpoint.leg.as_ref().map_or(Duration::ZERO, |leg| us(leg.target_us.get()));
        let reordered = MOST_REORDERED.min(us(2 * self.rtcp.reception.jitter_us()));
        Reach { round_trip, buffer, reordered }
    }
}

impl IoCore {
    /// The next packet that is sent again, or the next request for one.
    pub(super) fn next_retransmission(&mut self, now: MediaTime) -> Option<Again> {
        while let Some(index) = self.turns.current(now) {
            let session = self.sessions.get_mut(index as usize).and_then(Option::as_mut);
            match session.map_or(Err(false), |session| session.again(index, now, &mut self.packet[..])) {
                Ok(again) => return Some(again),
                Err(true) => self.turns.pass(),
                Err(false) => self.turns.remove(),
            }
        }
        None
    }

    pub(super) fn transmit_again(&mut self, again: Again) -> Option<Transmit<'_>> {
        let upcoming = None;
        match again {
            Again::Packet(index, to, place) => {
                let session = self.sessions.get_mut(index as usize)?.as_mut()?;
                let retransmission = session.retransmission.take()?;
                if let Some(octets) = retransmission.sent.octets(place.clone()) {
                    session.note_numbered_again(octets, self.now);
                }
                let octets = session.retransmission.insert(retransmission).sent.octets(place)?;
                Some(Transmit { index, to, rtcp: false, octets, upcoming })
            }
            Again::Request(index, way, length) => {
                Some(Transmit { index, to: way.to, rtcp: way.rtcp, octets: self.packet.get(..length)?, upcoming })
            }
        }
    }
}
