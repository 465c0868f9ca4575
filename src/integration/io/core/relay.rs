//! I/O: relay streams: what one takes goes out by its partner's socket, in the same turn.
//!
//! Both streams of a pair live at the same I/O thread: the supervisor moves one if need be. So a packet meets neither queue
//! nor lock nor another thread, and is copied once.

use super::latch::Verdict;
use super::machine::IoCore;
use super::notice::TransportNotice;
use super::session::IoSession;
use crate::integration::{RelayEnd, RelaySetting};
use crate::rt::LaneTx;
use crate::rtp::{self, RtpFault};
use crate::types::{BindingKey, MediaTime, SessionId};
use std::net::SocketAddr;
use std::time::Duration;

/// After so long without RTCP from the port that it came from, another port of the peer's host may take its place: two of
/// the shortest usual intervals (RFC 3550 section 6.2).
pub const RTCP_SILENCE: Duration = Duration::from_secs(10);

/// A datagram to be sent at once, by the RTP or the RTCP socket of a relay stream.
#[derive(Debug)]
pub struct Relayed<'a> {
    /// The stream whose socket it leaves by, as in [`Transmit`](super::Transmit).
    pub index: u32,
    /// It leaves by the RTCP socket.
    pub rtcp: bool,
    /// Where it goes.
    pub to: SocketAddr,
    /// The whole datagram.
    pub octets: &'a [u8],
}

/// A datagram that its stream has taken and would pass on.
struct Passage {
    to: BindingKey,
    payload_type: Option<u8>,
    report: bool,
}

impl IoCore {
    /// Takes a datagram that arrived from `from` at a relay stream's RTP port (or its RTCP port), and gives it back as its
    /// partner is to send it. Never waits or allocates.
    pub(super) fn relay(
        &mut self,
        index: u32,
        rtcp_port: bool,
        from: SocketAddr,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Option<Relayed<'_>> {
        let owner = self.port.binding(index)?.session;
        let session = self.sessions.get_mut(index as usize)?.as_mut()?;
        let passage = if rtcp_port {
            session.take_beside(from, datagram, arrival)?
        } else {
            session.take_relayed(owner, from, datagram, arrival, &mut self.notices)?
        };
        let bound = self.port.binding(passage.to.index).is_some_and(|binding| binding.key == passage.to);
        let far = self.sessions.get(passage.to.index as usize).and_then(Option::as_ref).filter(|_| bound);
        let way = far.map_or(Err(Stop::Unlinked), |far| far.way_out(passage.report));
        let session = self.sessions.get(index as usize)?.as_ref()?;
        let (rtcp, to) = match way {
            Ok(way) => way,
            Err(stop) => return session.stopped(stop, passage.report),
        };
        let octets = self.packet.get_mut(..datagram.len())?;
        octets.copy_from_slice(datagram);
        if let (Some(payload_type), Some(octet)) = (passage.payload_type, octets.get_mut(1)) {
            *octet = *octet & 0x80 | payload_type;
        }
        session.passed_on(passage.report);
        let far = self.sessions.get(passage.to.index as usize)?.as_ref()?;
        if !passage.report {
            far.gauges().count_sent(octets.len());
        }
        Some(Relayed { index: passage.to.index, rtcp, to, octets })
    }

    pub(super) fn set_relay(&mut self, index: u32, setting: RelaySetting) {
        if let Some(relay) = self.session(index).and_then(|session| session.relay.as_deref_mut()) {
            relay.set(setting);
        }
    }
}

/// Why a datagram that was taken goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Unlinked,
    Held,
    Untranslated,
    FarHeld,
    FarUnknown,
}

impl IoSession {
    /// A datagram at the RTP port.
    fn take_relayed(
        &mut self,
        owner: SessionId,
        from: SocketAddr,
        datagram: &[u8],
        arrival: MediaTime,
        notices: &mut LaneTx<TransportNotice>,
    ) -> Option<Passage> {
        self.gauges().datagrams_in.add(1);
        let plain = self.relay.as_ref()?.plain;
        let (payload_type, octets) = if plain {
            if datagram.len() > rtp::MAX_PACKET {
                self.gauges().count_fault(RtpFault::TooLong);
                return None;
            }
            if self.admit_plain(owner, from, arrival, notices) == Verdict::Refused {
                return None;
            }
            (None, datagram.len())
        } else {
            match rtp::parse(datagram) {
                Ok((header, payload)) => {
                    if !self.admit(owner, from, &header, arrival, notices) {
                        return None;
                    }
                    (Some(header.payload_type), payload.len())
                }
                Err(RtpFault::Rtcp) => return self.take_report_on(from, None),
                Err(fault) => {
                    self.gauges().count_fault(fault);
                    return None;
                }
            }
        };
        self.gauges().packets_in.add(1);
        self.gauges().octets_in.add(octets as u64);
        match self.relay.as_ref()?.way_in(payload_type) {
            Ok(passage) => Some(passage),
            Err(stop) => self.stopped(stop, false),
        }
    }

    /// A datagram at the RTCP port.
    fn take_beside(&mut self, from: SocketAddr, datagram: &[u8], arrival: MediaTime) -> Option<Passage> {
        let relay = self.relay.as_ref()?;
        if relay.plain || relay.rtcp_mux {
            // It has no such port.
            return None;
        }
        self.gauges().datagrams_in.add(1);
        match rtp::parse(datagram) {
            Err(RtpFault::Rtcp) => self.take_report_on(from, Some(arrival)),
            Err(fault) => {
                self.gauges().count_fault(fault);
                None
            }
            Ok(_) => {
                self.gauges().refused.add(1);
                None
            }
        }
    }

    /// RTCP of the peer's host; `beside`: it came to the RTCP port, at that time.
    fn take_report_on(&mut self, from: SocketAddr, beside: Option<MediaTime>) -> Option<Passage> {
        self.gauges().rtcp_in.add(1);
        let host = self.remote().map(|remote| remote.ip());
        if host != Some(from.ip()) {
            self.gauges().rtcp_refused.add(1);
            return None;
        }
        let relay = self.relay.as_deref_mut()?;
        if let Some(now) = beside {
            // Symmetric RTCP (RFC 4961): from where it comes it is answered.
            let stays = |(known, heard): (SocketAddr, MediaTime)| {
                known != from && Some(known.ip()) == host && now - heard < RTCP_SILENCE
            };
            if !relay.rtcp_source.is_some_and(stays) {
                relay.rtcp_source = Some((from, now));
            }
        }
        match relay.link {
            Some(link) => Some(Passage { to: link.to, payload_type: None, report: true }),
            None => self.stopped(Stop::Unlinked, true),
        }
    }

    /// How a datagram of the partner's leaves: whether by the RTCP socket, and to where.
    fn way_out(&self, report: bool) -> Result<(bool, SocketAddr), Stop> {
        let relay = self.relay.as_ref().ok_or(Stop::Unlinked)?;
        let remote = self.remote().ok_or(Stop::FarUnknown)?;
        if !report {
            return if relay.outward { Ok((false, remote)) } else { Err(Stop::FarHeld) };
        }
        if relay.rtcp_mux || relay.plain {
            return Ok((false, remote));
        }
        let learnt = relay.rtcp_source.map(|(source, _)| source).filter(|source| source.ip() == remote.ip());
        let beside = || Some(SocketAddr::new(remote.ip(), remote.port().checked_add(1)?));
        learnt.or_else(beside).map(|to| (true, to)).ok_or(Stop::FarUnknown)
    }

    fn passed_on(&self, report: bool) {
        match &self.relay {
            Some(relay) if !report => relay.gauges.passed_on.add(1),
            _ => self.gauges().rtcp_taken.add(1),
        }
    }

    fn stopped<T>(&self, stop: Stop, report: bool) -> Option<T> {
        if report {
            self.gauges().rtcp_unread.add(1);
        } else if let Some(RelayEnd { gauges, .. }) = self.relay.as_deref() {
            match stop {
                Stop::Unlinked => &gauges.unlinked,
                Stop::Held => &gauges.held,
                Stop::Untranslated => &gauges.untranslated,
                Stop::FarHeld => &gauges.far_held,
                Stop::FarUnknown => &gauges.far_unknown,
            }
            .add(1);
        }
        None
    }
}

impl RelayEnd {
    /// Whether and as what a packet of the peer's goes on.
    fn way_in(&self, payload_type: Option<u8>) -> Result<Passage, Stop> {
        if !self.inward {
            return Err(Stop::Held);
        }
        let link = self.link.as_ref().ok_or(Stop::Unlinked)?;
        let payload_type = match payload_type {
            Some(own) => Some(link.payload_types.get(own).ok_or(Stop::Untranslated)?),
            None => None,
        };
        Ok(Passage { to: link.to, payload_type, report: false })
    }
}
