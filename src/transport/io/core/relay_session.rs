//! I/O: what a relay stream takes of its peer, and how what its partner passes on leaves.

use crate::rt::LaneTx;
use crate::rtp::{self, RtpFault};
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::notice::TransportNotice;
use crate::transport::io::core::session::IoSession;
use crate::transport::{RelayEnd, Verdict};
use crate::types::{BindingKey, MediaTime};
use std::net::SocketAddr;
use std::time::Duration;

/// After so long without RTCP from the port that it came from, another port of the peer's host may take its place: two of
/// the shortest usual intervals (RFC 3550 section 6.2).
pub const RTCP_SILENCE: Duration = Duration::from_secs(10);

/// A datagram that its stream has taken and would pass on.
pub(super) struct Passage {
    pub(super) to: BindingKey,
    pub(super) payload_type: Option<u8>,
    pub(super) report: bool,
}

/// Why a datagram that was taken goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DropReason {
    Unlinked,
    Held,
    Untranslated,
    FarHeld,
    FarUnknown,
}

impl IoSession {
    /// A datagram at the RTP port.
    pub(super) fn take_relayed(
        &mut self,
        datagram: Datagram<'_>,
        notices: &mut LaneTx<TransportNotice>,
    ) -> Option<Passage> {
        self.gauges().datagrams_in.add(1);
        let plain = self.relay.as_ref()?.plain;
        if plain && datagram.octets.is_empty() {
            // Of any protocol nothing is known, but this is none.
            self.gauges().count_fault(RtpFault::Empty);
            self.note_presence(datagram, false, notices);
            return None;
        }
        let (payload_type, octets) = if plain {
            if datagram.octets.len() > rtp::MAX_PACKET {
                self.gauges().count_fault(RtpFault::TooLong);
                return None;
            }
            if self.admit_plain(datagram, notices) == Verdict::Refused {
                return None;
            }
            (None, datagram.octets.len())
        } else {
            match rtp::parse(datagram.octets) {
                Ok((header, payload)) => {
                    if !self.admit(datagram, (&header, payload.len()), notices) {
                        return None;
                    }
                    (Some(header.payload_type), payload.len())
                }
                Err(RtpFault::Rtcp) => {
                    let passage = self.take_report_on(datagram.from, None);
                    self.note_report(datagram, notices);
                    return passage;
                }
                Err(fault) => {
                    self.gauges().count_fault(fault);
                    if fault.is_keep_alive() {
                        self.note_presence(datagram, false, notices);
                    }
                    return None;
                }
            }
        };
        self.gauges().packets_in.add(1);
        self.gauges().octets_in.add(octets as u64);
        match self.relay.as_ref()?.ingress(payload_type) {
            Ok(passage) => Some(passage),
            Err(stop) => self.dropped(stop, false),
        }
    }

    /// A datagram at the RTCP port.
    pub(super) fn receive_on_rtcp_port(
        &mut self,
        datagram: Datagram<'_>,
        notices: &mut LaneTx<TransportNotice>,
    ) -> Option<Passage> {
        let relay = self.relay.as_ref()?;
        if relay.plain || relay.rtcp_mux {
            // It has no such port.
            return None;
        }
        self.gauges().datagrams_in.add(1);
        match rtp::parse(datagram.octets) {
            Err(RtpFault::Rtcp) => {
                let passage = self.take_report_on(datagram.from, Some(datagram.arrival));
                self.note_report(datagram, notices);
                passage
            }
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

    fn note_report(&mut self, datagram: Datagram<'_>, notices: &mut LaneTx<TransportNotice>) {
        if self.knows_host(datagram.from.ip()) {
            self.note_presence(datagram, true, notices);
        }
    }

    /// RTCP of the peer's host; `beside`: it came to the RTCP port, at that time.
    fn take_report_on(&mut self, from: SocketAddr, beside: Option<MediaTime>) -> Option<Passage> {
        self.gauges().rtcp_in.add(1);
        if !self.knows_host(from.ip()) {
            self.gauges().rtcp_refused.add(1);
            return None;
        }
        let relay = self.relay.as_deref_mut()?;
        if let Some(now) = beside {
            // Symmetric RTCP (RFC 4961): from where it comes it is answered.
            let stays = |(known, heard): (SocketAddr, MediaTime)| {
                known != from && known.ip() == from.ip() && now - heard < RTCP_SILENCE
            };
            if !relay.rtcp_source.is_some_and(stays) {
                relay.rtcp_source = Some((from, now));
            }
        }
        match relay.link {
            Some(link) => Some(Passage { to: link.to, payload_type: None, report: true }),
            None => self.dropped(DropReason::Unlinked, true),
        }
    }

    /// How a datagram of the partner's leaves: whether by the RTCP socket, and to where.
    pub(super) fn egress(&self, report: bool, now: MediaTime) -> Result<(bool, SocketAddr), DropReason> {
        let relay = self.relay.as_ref().ok_or(DropReason::Unlinked)?;
        let remote = self.remote(now).ok_or(DropReason::FarUnknown)?;
        if !report {
            return if relay.outward { Ok((false, remote)) } else { Err(DropReason::FarHeld) };
        }
        if relay.rtcp_mux || relay.plain {
            return Ok((false, remote));
        }
        let learnt = relay.rtcp_source.map(|(source, _)| source).filter(|source| source.ip() == remote.ip());
        let beside = || Some(SocketAddr::new(remote.ip(), remote.port().checked_add(1)?));
        learnt.or_else(beside).map(|to| (true, to)).ok_or(DropReason::FarUnknown)
    }

    pub(super) fn passed_on(&self, report: bool) {
        match &self.relay {
            Some(relay) if !report => relay.gauges.passed_on.add(1),
            _ => self.gauges().rtcp_taken.add(1),
        }
    }

    pub(super) fn dropped<T>(&self, reason: DropReason, report: bool) -> Option<T> {
        if report {
            self.gauges().rtcp_unread.add(1);
        } else if let Some(RelayEnd { gauges, .. }) = self.relay.as_deref() {
            match reason {
                DropReason::Unlinked => &gauges.unlinked,
                DropReason::Held => &gauges.held,
                DropReason::Untranslated => &gauges.untranslated,
                DropReason::FarHeld => &gauges.far_held,
                DropReason::FarUnknown => &gauges.far_unknown,
            }
            .add(1);
        }
        None
    }
}

impl RelayEnd {
    /// Whether and as what a packet of the peer's goes on.
    fn ingress(&self, payload_type: Option<u8>) -> Result<Passage, DropReason> {
        if !self.inward {
            return Err(DropReason::Held);
        }
        let link = self.link.as_ref().ok_or(DropReason::Unlinked)?;
        let payload_type = match payload_type {
            Some(own) => Some(link.payload_types.get(own).ok_or(DropReason::Untranslated)?),
            None => None,
        };
        Ok(Passage { to: link.to, payload_type, report: false })
    }
}
